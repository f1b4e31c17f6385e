import { cp, mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { createProgram } from '../../packages/server/src/cli/main.ts'
import type { ServeOptions } from '../../packages/server/src/cli/serve-options.ts'
import { requireFurtherClient } from '../clients/further-clients.ts'
import { freePort } from '../support/free-port.ts'
import { rawRequest } from '../support/raw-request.ts'
import { requireCommand } from '../support/require-command.ts'
import { runCommand } from '../support/run-command.ts'
import { startServerProcess } from '../support/server-process.ts'
import { isLarge } from '../support/sizes.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { deployedYaml } from './deployed-yaml.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string): Promise<string> => readFile(join(root, 'deploy', path), 'utf8')

/** What `holdfast` makes of a line; throws for one that it does not take. */
async function served(line: readonly string[]): Promise<ServeOptions> {
  let options: ServeOptions | undefined
  const program = createProgram(async (given) => void (options = given))
  for (const command of [program, ...program.commands]) {
    command.exitOverride()
    command.configureOutput({ writeErr: () => {} })
  }
  await program.parseAsync(line, { from: 'user' })
  if (!options) throw new Error(`${line.join(' ')} serves nothing`)
  return options
}

/** The instructions of a Dockerfile, those of several lines as one. */
async function instructions(): Promise<(readonly [string, string])[]> {
  const text = (await read('docker/Dockerfile')).replaceAll(/^#.*\n/gm, '').replaceAll(/\\\n\s*/g, '')
  return Array.from(text.matchAll(/^([A-Z]+) (.*)$/gm), ([, name = '', rest = '']) => [name, rest] as const)
}

async function instruction(name: string): Promise<string> {
  return (await instructions()).findLast(([known]) => known === name)?.[1] ?? ''
}

describe('the systemd unit', () => {
  it('is one that systemd takes, without a warning', async (context) => {
    await requireCommand(context, 'systemd-analyze')
    await using folder = await temporaryDirectory()
    const unit = join(folder.path, 'holdfast.service')
    const text = await read('systemd/holdfast.service')
    // It looks whether the program is there.
    await writeFile(unit, text.replace('/usr/local/bin/holdfast', process.execPath))
    const said = await runCommand('systemd-analyze', ['verify', '--man=no', unit], { allowFailure: true })
    expect([said.exitCode, said.stderr]).toEqual([0, ''])
  })

  it('serves, and has its signals and limits as docs/operations.md says', async () => {
    const text = await read('systemd/holdfast.service')
    const [, line = ''] = /^ExecStart=\S+ (.*)$/m.exec(text) ?? []
    expect(await served(line.split(' '))).toMatchObject({ data: '/var/lib/holdfast', restart: true })
    for (const setting of ['ExecReload=/bin/kill -HUP $MAINPID', 'TimeoutStopSec=6min', 'KillMode=mixed'])
      expect(text).toContain(`\n${setting}\n`)
  })
})

describe('the image', () => {
  it('is not root, and keeps everything in its volume', async () => {
    expect(await instruction('USER')).toBe('node')
    expect(await instruction('VOLUME')).toBe('/data')
    expect(await instruction('ENTRYPOINT')).toBe('["holdfast"]')
    const line = JSON.parse(await instruction('CMD')) as string[]
    expect(await served(line)).toMatchObject({ data: '/data', address: { host: '0.0.0.0', port: 9000 } })
  })

  it('has a health check that is content with a server, and not without one', async () => {
    const check = /CMD (\[.*\])$/.exec(await instruction('HEALTHCHECK'))?.[1] ?? '[]'
    const [command = '', ...words] = JSON.parse(check) as string[]
    expect(command).toBe('node')
    const exitCode = async (port: number): Promise<number | null> => {
      const there = words.map((word) => word.replace('127.0.0.1:9000', `127.0.0.1:${port}`))
      return (await runCommand(process.execPath, there, { allowFailure: true })).exitCode
    }
    const server = await startServerProcess()
    expect(await exitCode(server.port)).toBe(0)
    await server[Symbol.asyncDispose]()
    expect(await exitCode(server.port)).toBe(1)
  })

  it.skipIf(!isLarge)('is made by steps that work in a plain folder', { timeout: 600_000 }, async () => {
    await using folder = await temporaryDirectory()
    const directory = join(folder.path, 'opt/holdfast')
    await mkdir(directory, { recursive: true })
    const timeout = { timeoutMilliseconds: 300_000 }
    const environment = Object.fromEntries(
      Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    )
    await runCommand('npm', ['pack', '--workspace', 'packages/server', '--pack-destination', folder.path], {
      directory: root,
      environment,
      ...timeout,
    })
    const tarball = (await readdir(folder.path)).find((name) => name.endsWith('.tgz')) ?? ''
    await cp(join(folder.path, tarball), join(directory, 'holdfast.tgz'))
    const [install = ''] = (await instructions()).flatMap(([name, rest]) => (name === 'RUN' ? [rest] : []))
    await runCommand('sh', ['-ec', install], { directory, environment, ...timeout })
    const said = await runCommand(join(directory, 'node_modules/.bin/holdfast'), [
      'doctor',
      '--data',
      join(folder.path, 'data'),
    ])
    expect(said.text).toMatch(/Nothing is wrong\.\n$/)
  })

  it('is started by compose as the server takes it', async (context) => {
    const [file] = (await deployedYaml(context, 'docker/compose.yaml')) as [
      { services: { holdfast: { command: string[]; stop_grace_period: string; volumes: string[] } } },
    ]
    const { command, stop_grace_period: patience, volumes } = file.services.holdfast
    expect(await served(command)).toMatchObject({ data: '/data', config: '/etc/holdfast/config.json' })
    expect(patience).toBe('6m')
    expect(volumes).toEqual(['data:/data', './config.json:/etc/holdfast/config.json:ro'])
  })
})

interface Probe {
  readonly httpGet: { readonly path: string }
}

interface StatefulSet {
  readonly kind: 'StatefulSet'
  readonly spec: {
    readonly replicas: number
    readonly selector: { readonly matchLabels: object }
    readonly template: {
      readonly metadata: { readonly labels: object }
      readonly spec: {
        readonly containers: {
          readonly args: string[]
          readonly startupProbe: Probe
          readonly readinessProbe: Probe
          readonly livenessProbe: Probe
          readonly volumeMounts: { readonly name: string }[]
        }[]
        readonly volumes: { readonly name: string }[]
      }
    }
    readonly volumeClaimTemplates: { readonly metadata: { readonly name: string } }[]
  }
}

it('the manifests name what is there, and probe what a server answers', async (context) => {
  const documents = (await deployedYaml(context, 'kubernetes/holdfast.yaml')) as [
    { kind: string; spec: object },
    StatefulSet,
  ]
  const [service, { spec }] = documents
  expect(documents.map(({ kind }) => kind)).toEqual(['Service', 'StatefulSet'])
  expect(spec.replicas).toBe(1)
  expect(service.spec).toMatchObject({ selector: spec.selector.matchLabels })
  expect(spec.template.metadata.labels).toEqual(spec.selector.matchLabels)
  const { containers, volumes } = spec.template.spec
  const [container] = containers
  expect(await served(container?.args ?? [])).toMatchObject({ data: '/data/store' })
  const named = [
    ...volumes.map(({ name }) => name),
    ...spec.volumeClaimTemplates.map(({ metadata }) => metadata.name),
  ]
  expect(container?.volumeMounts.map(({ name }) => name).sort()).toEqual(named.sort())
  await using server = await startServerProcess()
  for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe'] as const) {
    const path = container?.[probe].httpGet.path ?? ''
    // A full disk makes the server not ready, and who is not ready gets no requests, not even to delete.
    expect([path, (await rawRequest(server, { path })).text]).toEqual(['/-/live', 'live\n'])
  }
})

describe('alert rules and dashboard', () => {
  it('name nothing that a server does not tell', { timeout: 60_000 }, async () => {
    // Of the audit log a server tells where it keeps one, and of its webhook where it has one.
    const auditLog = { directory: 'audit', webhook: { url: `http://127.0.0.1:${await freePort()}/` } }
    await using server = await startServerProcess({ arguments: ['--workers', '2'], config: { auditLog } })
    const { text } = await rawRequest(server, { path: '/-/metrics' })
    const told = new Set(Array.from(text.matchAll(/^# TYPE (\S+) /gm), ([, name = '']) => name))
    for (const path of ['prometheus/alerts.yaml', 'grafana/holdfast.json']) {
      const used = new Set((await read(path)).match(/\b(?:holdfast|process|nodejs)_[a-z_]+/g))
      const unknown = [...used].filter((name) => !told.has(name.replace(/_(?:bucket|sum|count)$/, '')))
      expect([path, unknown]).toEqual([path, []])
      expect(used.size).toBeGreaterThan(8)
    }
  })

  it('are what Prometheus and Grafana read', async (context) => {
    const dashboard = JSON.parse(await read('grafana/holdfast.json')) as {
      panels: { id: number; targets: object[] }[]
    }
    const ids = dashboard.panels.map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    const [file] = (await deployedYaml(context, 'prometheus/alerts.yaml')) as [
      { groups: { rules: { alert: string; expr: string; labels: { severity: string } }[] }[] },
    ]
    const rules = file.groups.flatMap(({ rules: some }) => some)
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length)
    for (const { labels } of rules) expect(['page', 'ticket']).toContain(labels.severity)
  })

  it('are rules and expressions that promtool takes', async (context) => {
    const promtool = await requireFurtherClient(context, 'promtool')
    await using folder = await temporaryDirectory()
    const { panels } = JSON.parse(await read('grafana/holdfast.json')) as {
      panels: { targets: { expr: string }[] }[]
    }
    // What Grafana fills in.
    const filledIn = (text: string): string =>
      text.replaceAll('$__rate_interval', '1m').replaceAll('$instance', '.*')
    const rules = panels
      .flatMap(({ targets }) => targets)
      .map(({ expr }, at) => ({ record: `panel:${at}`, expr: filledIn(expr) }))
    const ofPanels = join(folder.path, 'panels.yaml')
    await writeFile(ofPanels, JSON.stringify({ groups: [{ name: 'panels', rules }] }))
    const { text } = await runCommand(promtool, [
      'check',
      'rules',
      join(root, 'deploy/prometheus/alerts.yaml'),
      ofPanels,
    ])
    expect(text.match(/SUCCESS: \d+ rules found/g)).toHaveLength(2)
  })
})

it('deploy/README.md names files and options that are there', async () => {
  const text = await read('README.md')
  for (const [, path = ''] of text.matchAll(/\bdeploy\/([a-z]+\/[\w.-]+\.(?:service|yaml|json))/g))
    expect((await stat(join(root, 'deploy', path))).isFile()).toBe(true)
  const lines = Array.from(text.matchAll(/holdfast (doctor|backup) [^\n`]*/g), ([line]) => line)
  expect(lines.length).toBeGreaterThan(3)
  const { commands } = createProgram(async () => {})
  for (const line of lines) {
    const [, name, ...words] = line.split(' ')
    const known = commands.find((command) => command.name() === name)?.options.map(({ long }) => long)
    expect(known).toEqual(expect.arrayContaining(words.filter((word) => word.startsWith('--'))))
  }
})
