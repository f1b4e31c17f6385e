import { expect, it } from 'vitest'
import { clientTimeoutMilliseconds, isLarge, largeSizeBytes } from '../support/sizes.ts'
import { measureTransfers } from './transfer-speed.ts'

/** Large enough that what a transfer costs at its start does not decide. */
const sizeBytes = isLarge ? largeSizeBytes : 64 * 1024 * 1024

/** With `HOLDFAST_TEST_LARGE=1`, on a machine with nothing else to do; a small file on a busy one says little. */
const LEAST = isLarge ? { up: 0.9, down: 1 } : { up: 0.4, down: 0.4 }

it(
  'transfers are as fast as lib-storage up, and faster than one GET down',
  async () => {
    const speeds = await measureTransfers(sizeBytes, 3)
    const figures = Object.entries(speeds).map(([way, bytes]) => `${way} ${(bytes / 1e6).toFixed(0)} MB/s`)
    process.stdout.write(`${figures.join(', ')}\n`)
    expect(speeds.up / speeds.libStorageUp).toBeGreaterThan(LEAST.up)
    expect(speeds.down / speeds.singleGetDown).toBeGreaterThan(LEAST.down)
  },
  clientTimeoutMilliseconds,
)
