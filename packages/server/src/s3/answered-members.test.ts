import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { readSourceFiles } from '../../../../tools/check/source-file.ts'
import { operationModels } from '../model/operations.ts'
import { findOperation } from './s3-operations.ts'

/** Members that answers never have, and why. Source: the pages of the operations in the S3 API Reference. */
const NEVER_ANSWERED = {
  Endpoints: 'of access points of a VPC',
  MissingMeta: 'of metadata that came by SOAP',
  RestoreOutputPath: 'of a restoration that selects, which is not built',
}

const root = fileURLToPath(new URL('../../../..', import.meta.url))
const ours = readSourceFiles(root, 'packages/server/src', ['.ts'])
  .filter(({ path }) => /src\/(s3|http|protocol)\//.test(path) && !/\.(test|suite|gen)\.ts$/.test(path))
  .map(({ text }) => text)
  .join('\n')

it('each member that the model has in an answer of an operation is answered somewhere, or it is said why not', () => {
  const members = operationModels().flatMap(([name, { output }]) =>
    findOperation(name) ? Object.keys(output) : [],
  )
  // Names of algorithms are put together.
  const unnamed = [...new Set(members)].filter(
    (member) => !/^Checksum[A-Z0-9]+$/.test(member) && !new RegExp(`\\b${member}\\b`).test(ours),
  )
  expect(members.length).toBeGreaterThan(300)
  expect(unnamed.toSorted()).toEqual(Object.keys(NEVER_ANSWERED))
})
