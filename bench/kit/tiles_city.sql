-- A city of 43 x 43 km in EPSG:3857, the same as in the peers' benchmark, always the same:
-- 1,000,000 points (70 % in 60 clusters), 200,000 buildings, 200,000 roads.
SELECT setseed(0.42);
CREATE TABLE bench_points AS
WITH c AS (SELECT i, 12592500+3000+random()*37000 cx, 2630000+3000+random()*37000 cy, 300+random()*1500 s FROM generate_series(0,59) i)
SELECT g AS id, (random()*9)::int AS kind, (random()*3)::int AS status,
       ST_SetSRID(ST_MakePoint(
         CASE WHEN g%10<7 THEN c.cx + c.s*sqrt(-2*ln(1-random()+1e-12))*cos(2*pi()*random()) ELSE 12592500+random()*43000 END,
         CASE WHEN g%10<7 THEN c.cy + c.s*sqrt(-2*ln(1-random()+1e-12))*sin(2*pi()*random()) ELSE 2630000+random()*43000 END),3857) AS geom
FROM generate_series(1,1000000) g JOIN c ON c.i = g%60;
CREATE TABLE bench_buildings AS
SELECT g AS id, (random()*9)::int AS kind, (random()*40)::int AS floors,
  ST_Rotate(ST_SetSRID(ST_MakePolygon(ST_MakeLine(ARRAY[
    ST_MakePoint(x,y),ST_MakePoint(x+w,y),ST_MakePoint(x+w,y+h*.5),ST_MakePoint(x+w*.6,y+h*.5),
    ST_MakePoint(x+w*.6,y+h),ST_MakePoint(x,y+h),ST_MakePoint(x,y)])),3857), random()*pi(), x, y) AS geom
FROM (SELECT g, 12592500+random()*43000 x, 2630000+random()*43000 y, 10+random()*40 w, 10+random()*40 h FROM generate_series(1,200000) g) q;
CREATE TABLE bench_roads AS
SELECT id, (random()*5)::int AS kind, 'R'||id AS name, ST_SetSRID(ST_MakeLine(p ORDER BY k),3857) AS geom
FROM (SELECT g AS id, k, ST_MakePoint(x + k*dx + random()*6, y + k*dy + random()*6) p FROM
  (SELECT g, 12592500+random()*43000 x, 2630000+random()*43000 y, (random()-.5)*60 dx, (random()-.5)*60 dy, 6+(random()*14)::int n
   FROM generate_series(1,200000) g) q, generate_series(1,n) k) z GROUP BY id;
