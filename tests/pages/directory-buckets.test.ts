import { writeFile } from 'node:fs/promises'
import { expect } from 'vitest'
import { expressRequest } from '../conformance/directory-buckets/directory-room.ts'
import { requireCommand } from '../support/require-command.ts'
import { describePage, type Scene } from './describe-page.ts'
import { useAws } from './use-aws.ts'

const making: Scene = async (room, context) => {
  await requireCommand(context, 'aws')
  await using server = await room.serve()
  useAws(room, server)
  await writeFile(room.at('README.md'), 'read')
  for (const command of room.left()) await room.run(command)
  const { status, text } = await expressRequest(server, { path: '/fast--use1-az4--x-s3/README.md' })
  expect([status, text]).toEqual([200, 'read'])
}

await describePage('docs/directory-buckets.md', { 'Directory buckets': making })
