import { expect, it } from 'vitest'
import { startServerProcess } from '../support/server-process.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

it(
  'any of two workers tells the metrics of both, and what the store holds once',
  { timeout: 60_000 },
  async () => {
    await using folder = await temporaryDirectory()
    await using server = await startServerProcess({
      dataDirectory: folder.path,
      arguments: ['--workers', '2'],
    })
    let text = ''
    // The second worker comes after the first is ready.
    await expect
      .poll(async () => (text = await (await fetch(`${server.url}/-/metrics`)).text()), { timeout: 20_000 })
      .toContain('holdfast_process_up{process="2"} 1')
    for (const process of ['1', '2']) {
      expect(text).toContain(`holdfast_process_up{process="${process}"} 1`)
      expect(text).toMatch(
        new RegExp(`^process_resident_memory_bytes\\{process="${process}"\\} \\d{7,}$`, 'm'),
      )
    }
    expect(text.match(/^# TYPE process_resident_memory_bytes gauge$/gm)).toHaveLength(1)
    expect(text.match(/^holdfast_open_uploads 0$/gm)).toHaveLength(1)
  },
)
