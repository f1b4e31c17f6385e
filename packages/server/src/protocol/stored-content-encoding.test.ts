import { expect, it } from 'vitest'
import { storedContentEncoding } from './stored-content-encoding.ts'

it.each([
  ['gzip', 'gzip'],
  ['aws-chunked', undefined],
  ['AWS-Chunked', undefined],
  ['aws-chunked,gzip', 'gzip'],
  ['gzip , aws-chunked, br', 'gzip,br'],
  ['aws-chunked-not', 'aws-chunked-not'],
])('stores the content encoding %j as %j', (sent, stored) => {
  expect(storedContentEncoding(sent)).toBe(stored)
})
