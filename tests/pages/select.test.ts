import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { expect } from 'vitest'
import { createBucket, putObject } from '../support/buckets.ts'
import { requireCommand } from '../support/require-command.ts'
import { describePage, type Scene } from './describe-page.ts'
import { useAws } from './use-aws.ts'

const asking: Scene = async (room, context) => {
  await requireCommand(context, 'aws')
  await using server = await room.serve()
  useAws(room, server)
  await createBucket(server, 'data')
  await putObject(server, 'data', 'people.csv.gz', gzipSync('name,age\nAda,36\nGrace,85\n'))
  for (const command of room.left()) await room.run(command)
  expect(await readFile(room.at('selected.json'), 'utf8')).toBe('{"name":"Grace","age":"85"}\n')
}

await describePage('docs/select.md', { Asking: asking })
