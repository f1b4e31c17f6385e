import { fdatasyncSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryDirectory } from '../../tests/support/temporary-directory.ts'

// What a page costs the system that is written anew in a file whose zeros came in pieces of so many bytes, as LMDB's pages are behind
// `LmdbRoom`: 16 pages here and there, then a flush, 300 times, by turns. CPU in the kernel. `node bench/micro/file-pieces.ts [gigabytes] [rounds]`
const GIGABYTES = Number(process.argv[2] ?? 1)
const ROUNDS = Number(process.argv[3] ?? 3)
const PIECES = [2 ** 20, 2 ** 16, 2 ** 13]
const COMMITS = 300
const PAGES = 16
const PAGE_BYTES = 8192
const page = Buffer.alloc(PAGE_BYTES, 'x')

await using folder = await temporaryDirectory()
const pageCount = (GIGABYTES * 2 ** 30) / PAGE_BYTES
const files = PIECES.map((bytes) => {
  const file = openSync(join(folder.path, String(bytes)), 'wx')
  const zeros = Buffer.alloc(bytes)
  for (let at = 0; at < GIGABYTES * 2 ** 30; at += bytes) writeSync(file, zeros, 0, bytes, at)
  fdatasyncSync(file)
  return { bytes, file }
})
for (let round = 0; round < ROUNDS; round++) {
  for (const { bytes, file } of files) {
    let [writing, flushing] = [0, 0]
    for (let commit = 0; commit < COMMITS; commit++) {
      writing += systemMicroseconds(() => {
        for (let count = 0; count < PAGES; count++)
          writeSync(file, page, 0, PAGE_BYTES, Math.floor(Math.random() * pageCount) * PAGE_BYTES)
      })
      flushing += systemMicroseconds(() => fdatasyncSync(file))
    }
    const each = (microseconds: number): string => (microseconds / COMMITS / PAGES).toFixed(1)
    console.log(
      `pieces of ${bytes / 1024} KiB: ${each(writing)} µs to write a page, ${each(flushing)} to flush it`,
    )
  }
}

function systemMicroseconds(work: () => void): number {
  const before = process.cpuUsage()
  work()
  return process.cpuUsage(before).system
}
