import { expect, it } from 'vitest'
import { processMemory } from './process-memory.ts'

it('tells mapped files from the rest, as far as the system does', () => {
  const { residentBytes, mappedFileBytes, heapTotalBytes, heapUsedBytes, externalBytes } = processMemory()
  expect(residentBytes).toBeGreaterThan(heapUsedBytes)
  expect(heapTotalBytes).toBeGreaterThan(0)
  expect(externalBytes).toBeGreaterThan(0)
  expect(mappedFileBytes === undefined).toBe(process.platform !== 'linux')
  expect(mappedFileBytes ?? 1).toBeGreaterThan(0)
  expect(mappedFileBytes ?? 0).toBeLessThan(residentBytes)
})
