import { expect, it } from 'vitest'
import { DeliveryFailure } from '../s3/shared/announcing/event-sender.ts'
import { loadClient } from './load-client.ts'

it('says which package has to be installed', async () => {
  const missing = loadClient('a-client', () => Promise.reject(new Error('ERR_MODULE_NOT_FOUND')))
  await expect(missing).rejects.toThrow(
    new DeliveryFailure('unavailable', 'it needs the package a-client; install it'),
  )
  expect(await loadClient('a-client', () => Promise.resolve('it'))).toBe('it')
})
