import { describe } from 'vitest'
import { executable } from '../support/executable.ts'
import { describeBareServer } from './bare-server.ts'

/** A release does the same in a folder with nothing else: release.test.ts. */
describe('the server as it is built', () => {
  const environment = { PATH: process.env['PATH'] ?? '' }
  describeBareServer(() => ({ command: [process.execPath, executable], environment }))
})
