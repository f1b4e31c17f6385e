import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { format } from 'node:util'
import { S3 } from '@holdfast/resources'
import type { TestServer } from 'holdfast'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { awsEnvironment } from '../clients/aws-environment.ts'
import { skip } from '../support/require-command.ts'
import { startTestServer } from '../support/server.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.ts'
import { boto3Definitions } from './boto3-definitions.ts'
import { compile } from './compile.ts'

const text = (place: string): string =>
  readFileSync(fileURLToPath(new URL(`../../${place}`, import.meta.url)), 'utf8')

/** The examples in TypeScript, each with the heading that it stands under. */
const examples = text('docs/boto3-to-typescript.md')
  .split(/^## /m)
  .flatMap((section) => {
    const title = section.slice(0, section.indexOf('\n'))
    return [...section.matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, code = '']) => ({ title, code }))
  })

let server: TestServer
let folder: TemporaryDirectory

beforeAll(async () => {
  // EventBridge is to be somewhere; nobody is there, and nobody asks.
  server = await startTestServer({ notifications: { eventBridge: { url: 'http://127.0.0.1:9/' } } })
  folder = await temporaryDirectory()
  await writeFile(join(folder.path, 'cat.jpg'), 'a cat')
  for (const [name, value] of Object.entries(awsEnvironment(server, folder.path))) vi.stubEnv(name, value)
})
afterAll(async () => {
  vi.unstubAllEnvs()
  await server[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

const AsyncFunction = (async () => {}).constructor as new (
  ...parameters: string[]
) => (...values: unknown[]) => Promise<void>

/** Runs an example with a server and this folder; returns the lines it printed. */
async function run(code: string, { url }: TestServer): Promise<string[]> {
  const here = code.replaceAll('http://127.0.0.1:9000', url).replaceAll("'./", `'${folder.path}/`)
  const body = stripTypeScriptTypes(here).replaceAll(
    /^import (\{.*\}) from ('.*')$/gm,
    (_, names: string, module: string) => `const ${names} = await load(${module})`,
  )
  const printed: string[] = []
  const console = { log: (...values: unknown[]) => printed.push(format(...values)) }
  const s3 = new S3({ endpoint: url })
  const given = /const s3 = /.test(code) ? [] : ['s3']
  await new AsyncFunction('console', 'load', ...given, body)(console, load, s3)
  return printed
}

function load(module: string): Promise<unknown> {
  return module === '@holdfast/resources' ? import('@holdfast/resources') : import(/* @vite-ignore */ module)
}

/** What the comments promise; several lines of one place stand on one, with commas between. */
function promised(code: string): string[] {
  return [...code.matchAll(/\/\/ → (.*)$/gm)].flatMap(([, line = '']) =>
    /^[[{]/.test(line) ? [line] : line.split(', '),
  )
}

describe('the guide', () => {
  it('has an example of each resource', () => {
    const titles = examples.map(({ title }) => title).join(' ')
    const without = Object.keys(boto3Definitions.resources).filter(
      (name) => name !== 'ServiceResource' && !new RegExp(`\\b${name}\\b`).test(titles),
    )
    expect(without).toEqual([])
  })

  it('has examples that compile', async () => {
    const given = "import type { S3 as Service } from '@holdfast/resources'\ndeclare const s3: Service\n"
    const texts = examples.map(({ code }) => `${/const s3 = /.test(code) ? '' : given}${code}\nexport {}\n`)
    expect((await compile(texts)).flat()).toEqual([])
  }, 60_000)

  it.for(examples)('$title', async ({ title, code }, context) => {
    const printed = await run(code, server).catch((error: unknown) => {
      const missing = error instanceof Error && error.name === 'NotImplemented'
      return missing ? skip(context, `${title}: the server lacks an operation`) : Promise.reject(error)
    })
    expect(printed).toEqual(promised(code))
  })
})

it('the example of the package’s own page runs', async () => {
  await using empty = await startTestServer()
  const [, code = ''] = /^```ts\n([^]*?)^```$/m.exec(text('packages/resources/README.md')) ?? []
  expect((await compile([code])).flat()).toEqual([])
  expect(await run(code, empty)).toEqual(promised(code))
})
