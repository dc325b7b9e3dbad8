// duckdb.mjs: runs the SQL script of standard input; what it makes it leaves in files.
import { readFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';

const instance = await DuckDBInstance.create(':memory:');
const connection = await instance.connect();
const script = await connection.extractStatements(readFileSync(0, 'utf8'));
for (let i = 0; i < script.count; i += 1) {
  const statement = await script.prepare(i);
  await statement.run();
}
