/** Conditions on attributes as a form holds them, and the CQL2 text that says the same. */

/** @typedef {{column: string, compare: string, value: string, other: string}} Line */

const OF_TYPE = /** @type {Record<string, string[]>} */ ({
  text: ["has", "is", "is_not", "begins", "empty", "filled"],
  number: ["eq", "ne", "gt", "ge", "lt", "le", "between", "empty", "filled"],
  bool: ["yes", "no", "empty", "filled"],
});
const SIGNS = /** @type {Record<string, string>} */ ({ eq: "=", ne: "<>", gt: ">", ge: ">=", lt: "<", le: "<=" });
const ALONE = ["empty", "filled", "yes", "no"];

/** @param {string} type of a column */
function kindOf(type) {
  return type === "int" || type === "float" ? "number" : type;
}

/** The comparisons that make sense for a column of this type.
 * @param {string} type */
export function comparisonsOf(type) {
  return OF_TYPE[kindOf(type)] ?? OF_TYPE.text;
}

/** How many values a comparison needs.
 * @param {string} compare */
export function valuesOf(compare) {
  if (ALONE.includes(compare)) return 0;
  return compare === "between" ? 2 : 1;
}

/** The text of all lines that are complete; the others wait for their values.
 * @param {Line[]} lines @param {import("./model.js").Columns} columns @param {boolean} every else any of them */
export function cqlOf(lines, columns, every) {
  const whole = lines.filter((line) => columns[line.column] && isWhole(line));
  const texts = whole.map((line) => textOf(line, kindOf(columns[line.column].type)));
  return texts.join(every ? " AND " : " OR ");
}

/** @param {Line} line */
function isWhole({ compare, value, other }) {
  const needed = valuesOf(compare);
  return (needed < 1 || value.trim() !== "") && (needed < 2 || other.trim() !== "");
}

/** @param {Line} line @param {string} kind */
function textOf({ column, compare, value, other }, kind) {
  const name = /^[A-Za-z_]\w*$/.test(column) ? column : `"${column}"`;
  if (compare === "yes" || compare === "no") return `${name} = ${compare === "yes" ? "TRUE" : "FALSE"}`;
  if (compare === "empty") return kind === "text" ? `(${name} IS NULL OR ${name} = '')` : `${name} IS NULL`;
  if (compare === "filled") return kind === "text" ? `${name} <> ''` : `${name} IS NOT NULL`;
  if (compare === "between") return `${name} BETWEEN ${Number(value)} AND ${Number(other)}`;
  if (compare === "has") return `${name} LIKE ${quoted(`%${pattern(value)}%`)}`;
  if (compare === "begins") return `${name} LIKE ${quoted(`${pattern(value)}%`)}`;
  if (compare === "is" || compare === "is_not") return `${name} ${compare === "is" ? "=" : "<>"} ${quoted(value.trim())}`;
  return `${name} ${SIGNS[compare]} ${Number(value)}`;
}

/** @param {string} text */
function quoted(text) {
  return `'${text.replaceAll("'", "''")}'`;
}

/** What stands for itself in a pattern.
 * @param {string} text */
function pattern(text) {
  return text.trim().replaceAll(/[\\%_]/g, (sign) => `\\${sign}`);
}
