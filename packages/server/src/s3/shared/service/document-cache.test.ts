import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { RequestContext } from '../../../access/request-context.ts'
import { parsePolicy } from '../../../access/policy/parse-policy.ts'
import { DocumentCache } from './document-cache.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function usedBytes(): number {
  collectGarbage()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** As much memory as a policy of S3's size can be made to take: many short patterns. */
function policyText(number: number): string {
  const values = Array.from({ length: 3000 }, (_, index) => `*${(index + number) % 10}`)
  const condition = { StringLike: { 'aws:UserAgent': values } }
  const [Effect, Resource] = ['Allow', 'arn:aws:s3:::tenants/*']
  const statement = { Effect, Principal: '*', Action: 's3:GetObject', Resource, Condition: condition }
  return JSON.stringify({ Version: '2012-10-17', Statement: statement })
}

it('is bounded by what its documents take, and not by how many they are', { timeout: 60_000 }, () => {
  const cache = new DocumentCache()
  const before = usedBytes()
  const context = RequestContext.of({ 'aws:UserAgent': 'a'.repeat(200) })
  for (let number = 0; number < 250; number++) {
    const text = policyText(number)
    const policy = parsePolicy(text, { kind: 'bucket', bucket: 'tenants' })
    // What is compiled when it is first used counts too.
    for (const { conditions } of policy.statements)
      for (const condition of conditions) condition.holds(context)
    cache.set(String(number), policy, text)
  }
  expect(cache.get('249')).toBeDefined()
  expect(cache.sizeBytes).toBeLessThanOrEqual(64 * 1024 * 1024)
  expect(usedBytes() - before).toBeLessThan(96 * 1024 * 1024)
})
