"""The level of a finished flood analysis."""

from core.errors import Conflict, Invalid
from layers.models import AnalysisJob, Stage

KINDS = ("flood", "levels")


def level(row: AnalysisJob, wished: float | None) -> float:
    """Return the level (m, the model's heights) that is meant; raises Conflict or Invalid.

    A flood has its own; of flood levels any from the ground at the point to the greatest rise.
    """
    if row.kind not in KINDS:
        raise Invalid("the analysis is no flood", zh="该分析不是淹没分析", field="analysis")
    if row.stage != Stage.DONE:
        raise Conflict("the analysis is not done yet", zh="分析尚未完成", stage=row.stage)
    if row.kind == "flood":
        own = float(row.numbers["level"])
        if wished is not None and wished != own:
            raise Invalid(
                f"the flood stands at {own:g} m",
                zh=f"该淹没分析的水位是 {own:g} m",
                field="level",
                remedy="ask for a flood of the other level, or for flood levels",
            )
        return own
    lowest = float(row.report["figures"]["ground_m"])
    highest = lowest + float(row.numbers["most"])
    if wished is None or not lowest <= wished <= highest:  # refuses NaN too
        limits = f"{lowest:g} … {highest:g} m"
        raise Invalid(f"give a level within {limits}", zh=f"请给出水位：{limits}", field="level")
    return wished
