import { join } from 'node:path'
import { systemDisk } from '../../packages/server/src/base/disk.ts'
import { temporaryDirectory } from '../../tests/support/temporary-directory.ts'

// Files written through the system's cache and past it, four at a time, made durable, and then read for the first time, by turns.
// CPU of this process, all threads. `node bench/micro/past-cache.ts [megabytes of a file] [rounds]`
const FILE_BYTES = Number(process.argv[2] ?? 64) * 2 ** 20
const ROUNDS = Number(process.argv[3] ?? 3)
const AT_ONCE = 4
const FILES = 16
const APPEND_BYTES = 512 * 1024

await using folder = await temporaryDirectory()
const chunk = Buffer.alloc(APPEND_BYTES, 'x')
const buffer = Buffer.alloc(APPEND_BYTES)
for (let round = 0; round < ROUNDS; round++) {
  for (const isPast of [false, true]) {
    const written = await measured((path) => write(path, isPast))
    const read = await measured(readOnce)
    for (let index = 0; index < FILES; index++) await systemDisk.remove(pathOf(index))
    console.log(`${isPast ? 'past the cache' : 'through it'}: write ${written}, first read ${read}`)
  }
}

async function write(path: string, isPast: boolean): Promise<void> {
  const file = await systemDisk.create(path)
  if (isPast && !(await file.bypassCache?.())) throw new Error('the file system does not take it')
  for (let at = 0; at < FILE_BYTES; at += APPEND_BYTES) await file.append([chunk])
  await file.sync()
  await file.close()
}

async function readOnce(path: string): Promise<void> {
  const file = await systemDisk.openForRead(path)
  for (let at = 0; at < FILE_BYTES; at += APPEND_BYTES) await file.read(buffer, at)
  await file.close()
}

async function measured(work: (path: string) => Promise<void>): Promise<string> {
  const [cpu, start] = [process.cpuUsage(), performance.now()]
  for (let first = 0; first < FILES; first += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => work(pathOf(first + index))))
  }
  const { user, system } = process.cpuUsage(cpu)
  const seconds = (performance.now() - start) / 1000
  const gigabytes = (FILES * FILE_BYTES) / 1e9
  return `${((user + system) / 1e6 / gigabytes).toFixed(2)} s/GB, ${((gigabytes / seconds) * 1000).toFixed(0)} MB/s`
}

function pathOf(index: number): string {
  return join(folder.path, String(index))
}
