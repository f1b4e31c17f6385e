import { expect, it } from 'vitest'
import { S3Error } from '../../model/s3-error.ts'
import { InvocationFailure } from './invoke-function.ts'
import { outcomeOf } from './task-outcome.ts'

const failing = (cause: Error) => async () => {
  throw cause
}

it('tells what a task was refused with, and has the rest tried again for a while', async () => {
  const { signal } = new AbortController()
  const [refused, broken] = [new S3Error('NoSuchKey'), new Error('no disk')]
  expect(await outcomeOf(failing(refused), { isLastTry: false, signal })).toEqual({ failure: refused })
  await expect(outcomeOf(failing(broken), { isLastTry: false, signal })).rejects.toThrow('no disk')
  const last = await outcomeOf(failing(broken), { isLastTry: true, signal })
  expect(last.failure?.code).toBe('InternalError')
})

it('what the end of the server cuts off has not failed', async () => {
  const end = new AbortController()
  const cut = async () => {
    end.abort()
    throw new InvocationFailure('TemporaryFailure', 'it did not answer in time')
  }
  await expect(outcomeOf(cut, { isLastTry: true, signal: end.signal })).rejects.toThrow('in time')
})
