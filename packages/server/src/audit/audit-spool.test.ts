import { expect, it } from 'vitest'
import { MovableClock } from '../base/clock.ts'
import { MemoryDisk } from '../base/memory-disk.ts'
import { systemRandom } from '../base/random.ts'
import { isSent, noteSentBytes, removeAuditFile } from './audit-files.ts'
import { AuditSpool } from './audit-spool.ts'

const FOLDER = '/audit'
const OLD = `${FOLDER}/audit-2026-01-01T00-00-00-000Z-00000000.jsonl`
const NEW = `${FOLDER}/audit-2026-01-02T00-00-00-000Z-00000000.jsonl`

async function spooled(files: Readonly<Record<string, string>>) {
  const disk = new MemoryDisk(new MovableClock(new Date('2026-01-03')))
  await disk.makeDirectory(FOLDER)
  const add = async (path: string, text: string): Promise<void> => {
    const file = await disk.openForAppend(path).catch(() => disk.create(path))
    await file.append([Buffer.from(text)])
    await file.close()
  }
  for (const [path, text] of Object.entries(files)) await add(path, text)
  const open = () => new AuditSpool(disk, systemRandom, FOLDER)
  return { disk, add, open }
}

/** All that is to be sent, batch by batch. */
async function drained(spool: AuditSpool): Promise<string[]> {
  const texts: string[] = []
  for (let batch = await spool.next(); batch; batch = await spool.next()) {
    texts.push(batch.text)
    await spool.sent(batch)
  }
  return texts
}

it('gives whole lines, the oldest file first, and goes on from where it was, in another process too', async () => {
  const { add, open } = await spooled({ [NEW]: 'c\nd', [OLD]: 'a\nb\n' })
  const spool = open()
  expect(await drained(spool)).toEqual(['a\nb\n', 'c\n'])
  expect(spool.backlogBytes).toBe(0)
  expect(await drained(open())).toEqual([])
  await add(NEW, 'e\nf')
  expect(await drained(spool)).toEqual(['de\n'])
  await add(NEW, '\n')
  expect(await drained(open())).toEqual(['f\n'])
})

it('what was given and not said to be sent is given again', async () => {
  const { open } = await spooled({ [OLD]: 'a\n' })
  const spool = open()
  expect(await spool.next()).toEqual(await spool.next())
  expect(spool.backlogBytes).toBe(2)
})

it('large files are given in batches of whole lines', async () => {
  const line = `${'x'.repeat(99_999)}\n`
  const { open } = await spooled({ [OLD]: line.repeat(25) })
  const texts = await drained(open())
  expect(texts.map((text) => text.length)).toEqual([1_000_000, 1_000_000, 500_000])
})

it('a note that a crash left half written counts for nothing, and other files are none of the log', async () => {
  const { add, open } = await spooled({ [OLD]: 'a\n', [`${FOLDER}/notes.txt`]: 'x\n' })
  await add(`${OLD}.sent`, '')
  expect(await drained(open())).toEqual(['a\n'])
})

it('a file is sent when all its whole lines are', async () => {
  const { disk } = await spooled({ [OLD]: 'a\nb\ntorn' })
  expect(await isSent(disk, OLD)).toBe(false)
  await noteSentBytes(disk, systemRandom, OLD, 2)
  expect(await isSent(disk, OLD)).toBe(false)
  await noteSentBytes(disk, systemRandom, OLD, 4)
  expect(await isSent(disk, OLD)).toBe(true)
  await removeAuditFile(disk, OLD)
  expect(await disk.list(FOLDER)).toEqual([])
})
