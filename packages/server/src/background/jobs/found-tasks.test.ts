import { expect, it } from 'vitest'
import type { JobTask } from '../../metadata/tables/job-tables.ts'
import { atMost, type FoundTasks } from './found-tasks.ts'

async function* tasks(count: number): FoundTasks {
  for (let at = 0; at < count; at++) {
    yield ['bucket', `${at}`]
    yield undefined
  }
}

async function keysOf(found: FoundTasks): Promise<string[]> {
  const keys: string[] = []
  for await (const task of found) if (task) keys.push((task satisfies JobTask)[1])
  return keys
}

it('lets as many tasks through as a job may have, and refuses more', async () => {
  expect(await keysOf(atMost(3, tasks(3)))).toEqual(['0', '1', '2'])
  await expect(keysOf(atMost(3, tasks(4)))).rejects.toMatchObject({ code: 'InvalidRequest' })
})
