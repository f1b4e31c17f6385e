import assert from 'node:assert/strict'
import { S3Error } from '../../../packages/server/src/model/s3-error.ts'
import type { InputRecord } from '../../../packages/server/src/select/records/record.ts'
import { prepareQuery, type QueryOptions } from '../../../packages/server/src/select/sql/prepare-query.ts'
import { Decimal } from '../../../packages/server/src/select/values/decimal.ts'
import { Timestamp } from '../../../packages/server/src/select/values/timestamp.ts'
import { type FuzzTarget, outcomeOf } from '../fuzz-target.ts'

const now = new Date('2026-03-04T05:06:07Z')
const header = {
  names: ['a', 'b', 'c'],
  positionOf: ({ text }: { readonly text: string }) => 'abc'.indexOf(text),
}
const records: Readonly<Record<QueryOptions['inputKind'], readonly InputRecord[]>> = {
  CSV: [
    { fields: ['1', 'x%y', '2020-01-02'], header },
    { fields: ['-2.50', '', 'true', '1e3'], header },
    { fields: [], header },
  ],
  JSON: [
    { value: new Map<string, never>() },
    { value: new Map([['a', 5n]]) },
    { value: [1.5, Decimal.parse('1.5'), Timestamp.ofInstant(0), null, true, '\u{1f600}'] },
    { value: undefined },
  ],
  Parquet: [],
}

/** Queries of S3 Select, run over a few records of each kind: S3's errors and no others, whatever they say. */
export const select: FuzzTarget = {
  seeds: [
    "SELECT a, s.b AS x, _3 \"y\", 1.5e3 FROM S3Object s WHERE a >= 1 AND NOT b LIKE '%!%_' ESCAPE '!' LIMIT 5;",
    "SELECT s.a.b[0]['c'], s.* FROM S3Object[*].x.*[*] AS s WHERE s.a IS NOT MISSING OR a IN (1, 'x', `2010T`)",
    'SELECT COUNT(*), SUM(CAST(a AS INT)) / 2, AVG(a), MIN(b), MAX(c) FROM s3object WHERE a BETWEEN -1 AND 10.0',
    "SELECT CASE a WHEN 1 THEN 'one' ELSE b || 'x' END, COALESCE(NULL, a), NULLIF(a, 1), CAST(a AS DECIMAL(5, 2)) FROM S3Object",
    "SELECT DATE_ADD(month, 1, `2010T`), DATE_DIFF(day, `2010-01-01T23:00Z`, c), EXTRACT(YEAR FROM c), TO_STRING(UTCNOW(), 'y-MM-dd''T''h:m:ss.SSSX a'), TO_TIMESTAMP('1969', 'y') FROM S3Object",
    "SELECT SUBSTRING(b FROM 1 FOR 2), TRIM(BOTH 'x' FROM b), UPPER(LOWER(b)), CHAR_LENGTH(b), [1, 2], -(+a) % 3 FROM S3Object -- x\n/* y */",
  ],
  words: [
    'S3Object',
    'IS NULL',
    'NOT IN (',
    '[*]',
    ' LIKE ',
    '`',
    "''",
    '""',
    '||',
    '9223372036854775807',
    '1e308',
  ],
  mostStepsPerByte: 3_000,
  run(bytes) {
    for (const inputKind of ['CSV', 'JSON', 'Parquet'] as const) {
      const { value } = outcomeOf(() => prepareQuery(bytes.toString(), { inputKind, now }), isS3Error)
      if (value !== undefined) outcomeOf(() => answer(value, records[inputKind]), isS3Error)
    }
  },
}

function answer(query: ReturnType<typeof prepareQuery>, inputs: readonly InputRecord[]): void {
  const run = query.start()
  const answers = [...inputs.map((record) => run.take(record)), run.finish()]
  for (const record of answers) assert.equal(record?.names.length, record?.values.length)
}

function isS3Error(error: Error): boolean {
  return error instanceof S3Error
}
