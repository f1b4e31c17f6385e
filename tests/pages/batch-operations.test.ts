import { readFile, writeFile } from 'node:fs/promises'
import { expect } from 'vitest'
import { createBucket, putObject } from '../support/buckets.ts'
import { rawRequest, xmlTexts } from '../support/raw-request.ts'
import { requireCommand, requirePythonModule } from '../support/require-command.ts'
import { runCommand } from '../support/run-command.ts'
import { describePage, type Scene } from './describe-page.ts'
import { useAws } from './use-aws.ts'

const PAGE = 'docs/batch-operations.md'

/** The example of the section before is run as the role that this one makes. */
const role: Scene = async (room, context) => {
  await requireCommand(context, 'aws')
  const python = await requirePythonModule(context, 'boto3')
  await using server = await room.serve()
  useAws(room, server)
  await createBucket(server, 'data')
  await createBucket(server, 'reports')
  for (const key of ['a', 'b']) await putObject(server, 'data', key, key)
  for (const command of room.left()) await room.run(command)
  const page = await readFile(new URL(`../../${PAGE}`, import.meta.url), 'utf8')
  const program = /^```python\n([^]*?)^```$/m.exec(page)?.[1] ?? ''
  await writeFile(room.at('job.py'), program.replace('http://127.0.0.1:9000', server.url))
  const { text } = await runCommand(python, [room.at('job.py')], { environment: room.environment })
  expect(text.trim()).toBe('Complete 2')
  const tags = await rawRequest(server, { path: '/data/b', query: 'tagging' })
  expect(xmlTexts(tags.text, 'Value')).toEqual(['a-year'])
  const list = await rawRequest(server, { path: '/reports', query: 'list-type=2' })
  const manifests = xmlTexts(list.text, 'Key').filter((key) => key.endsWith('manifest.json'))
  expect(manifests).toEqual([
    expect.stringMatching(/^job-[^/]+\/generated-manifest\/manifest\.json$/),
    expect.stringMatching(/^job-[^/]+\/manifest\.json$/),
  ])
}

await describePage(PAGE, { 'The role': role })
