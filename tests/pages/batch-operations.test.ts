import { readFile, writeFile } from 'node:fs/promises'
import { spawn } from 'node:child_process'
import { expect, it, vi } from 'vitest'
import type { NotificationSettings } from '../../packages/server/src/config/destination-config.ts'
import { JobRoom } from '../conformance/jobs/job-room.ts'
import { createBucket, putObject } from '../support/buckets.ts'
import { rawRequest, xmlTexts } from '../support/raw-request.ts'
import { freePort } from '../support/free-port.ts'
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

it('a job calls the function of the page', { timeout: 60_000 }, async (context) => {
  const python = await requirePythonModule(context, 'json')
  const page = await readFile(new URL(`../../${PAGE}`, import.meta.url), 'utf8')
  const functions = page.slice(page.indexOf('## Functions'))
  const config = `{${/^```json\n([^]*?)^```$/m.exec(functions)?.[1] ?? ''}}`
  const { notifications } = JSON.parse(config) as { notifications: NotificationSettings }
  const [destination] = notifications.destinations
  if (!destination) throw new Error('the page has no destination')
  const program = /^```python\n([^]*?)^```$/m.exec(functions)?.[1] ?? ''
  const port = await freePort()
  const url = `http://127.0.0.1:${port}/`
  expect(destination.url).toBe('http://127.0.0.1:8080/')
  await using room = await JobRoom.open({ notifications: { destinations: [{ ...destination, url }] } })
  const running = spawn(python, ['-c', program.replace('8080', String(port))], { stdio: 'ignore' })
  try {
    await vi.waitFor(async () => expect((await fetch(url)).status).toBe(501), { timeout: 20_000 })
    const job = await room.run({
      Operation: { LambdaInvoke: { FunctionArn: destination.arn } },
      Manifest: await room.manifest(['data,a%20b']),
      Report: room.report(),
      RoleArn: await room.role({ Effect: 'Allow', Action: ['s3:*', 'lambda:InvokeFunction'], Resource: '*' }),
    })
    const report = await room.text('work', `reports/job-${job.JobId}/results/succeeded.csv`)
    expect(report).toBe('data,a+b,,succeeded,200,,"made one of a b"\n')
  } finally {
    running.kill()
  }
})
