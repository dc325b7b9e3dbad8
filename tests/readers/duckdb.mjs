// duckdb.mjs SQL_FILE RECORDS: loads the macro and sums up what it reads, as one JSON object.
import { readFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';

const [sqlFile, records] = process.argv.slice(2);
const instance = await DuckDBInstance.create(':memory:');
const connection = await instance.connect();
await connection.run(readFileSync(sqlFile, 'utf8'));

async function rows(sql) {
  const reader = await connection.runAndReadAll(sql);
  return reader.getRowObjectsJson();
}

const source = `caascan('${records.replaceAll("'", "''")}')`;
const columns = await rows(`DESCRIBE SELECT * FROM ${source}`);
const [sums] = await rows(
  `SELECT count(*) AS rows, sum(len(caa)) AS caa, sum(len(levels)) AS levels,
          sum(queries) AS queries FROM ${source}`,
);
const outcomes = await rows(`SELECT outcome, count(*) AS n FROM ${source} GROUP BY outcome`);

const summary = {
  rows: Number(sums.rows),
  outcomes: Object.fromEntries(outcomes.map((row) => [row.outcome, Number(row.n)])),
  caa: Number(sums.caa),
  levels: Number(sums.levels),
  queries: Number(sums.queries),
};
console.log(JSON.stringify({ columns, summary }));
