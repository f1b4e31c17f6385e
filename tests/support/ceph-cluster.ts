import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { freePort } from './free-port.ts'
import { isLarge } from './sizes.ts'

/** A Ceph of a test's own: a monitor and some OSDs on loopback, their objects in memory. */
export interface CephCluster extends AsyncDisposable {
  readonly folder: string
  readonly configFile: string
  readonly pool: string
  /** A part of the pool that nobody else uses. */
  newNamespace(): string
  /** What the command `ceph` says. */
  ceph(...args: readonly string[]): Promise<string>
  /** SIGSTOP: it answers nothing, and is not known to be away for a while. */
  pauseOsd(osd: number): void
  resumeOsd(osd: number): void
  /** As a crash would. With `onDisk` it has again what it had, once it is started. */
  killOsd(osd: number): Promise<void>
  startOsd(osd: number): void
  /** Each placement group has taken a write. */
  untilServed(): Promise<void>
  /** Takes nothing any more from the clients that there are. */
  shutOut(): Promise<void>
}

/** What the monitor tells of who is connected. */
interface Session {
  readonly entity_name: string
  readonly addrs: { readonly addrvec: readonly { readonly addr: string; readonly nonce: number }[] }
}

export interface CephOptions {
  readonly osds?: number
  /** How many of them have each object. */
  readonly size?: number
  /** They keep them in files. Default: in memory. */
  readonly onDisk?: boolean
}

export const CEPH_USER = 'admin'
export const CEPH_POOL = 'holdfast'
const PLACEMENT_GROUPS = 4
const GIB = 2 ** 30
const PROGRAMS = ['ceph', 'rados', 'ceph-mon', 'ceph-osd', 'ceph-authtool', 'monmaptool']
const LIBRARIES = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib']

/** Why tests start no cluster: it takes seconds, and Debian's packages. `undefined` where they do. */
export function whyNoCeph(): string | undefined {
  return isLarge ? whatCephLacks() : 'only in npm run test:all'
}

/** Why none can be started here. */
export function whatCephLacks(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const missing = PROGRAMS.filter((name) => !folders.some((folder) => existsSync(join(folder, name))))
  if (!LIBRARIES.some((folder) => existsSync(join(folder, 'librados.so.2')))) missing.push('librados.so.2')
  return missing.length === 0 ? undefined : `Ceph is not installed (${missing.join(', ')})`
}

export async function startCeph({
  osds = 1,
  size = 1,
  onDisk = false,
}: CephOptions = {}): Promise<CephCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-ceph-'))
  const configFile = join(folder, 'ceph.conf')
  const processes = new Map<string, ChildProcess>()
  const program = (name: string, ...args: readonly string[]): Promise<string> =>
    run(name, ['-c', configFile, ...args])
  const start = (name: string, id: string): void => {
    const child = spawn(name, ['-c', configFile, '-i', id, '-f'], { cwd: folder, stdio: 'ignore' })
    processes.set(id, child)
  }
  const signalOsd = (osd: number, signal: NodeJS.Signals): void =>
    void processes.get(String(osd))?.kill(signal)
  const cluster = {
    folder,
    configFile,
    pool: CEPH_POOL,
    newNamespace: () => randomBytes(8).toString('hex'),
    ceph: (...args: readonly string[]) => program('ceph', ...args),
    pauseOsd: (osd: number) => signalOsd(osd, 'SIGSTOP'),
    resumeOsd: (osd: number) => signalOsd(osd, 'SIGCONT'),
    killOsd: (osd: number) => end(processes.get(String(osd))),
    startOsd: (osd: number) => start('ceph-osd', String(osd)),
    untilServed: () => untilServed(cluster, folder, program),
    async shutOut() {
      const sessions = JSON.parse(await cluster.ceph('tell', 'mon.a', 'sessions')) as readonly Session[]
      for (const { entity_name: name, addrs } of sessions) {
        const [address] = addrs.addrvec
        if (name === `client.${CEPH_USER}` && address)
          await cluster.ceph('osd', 'blocklist', 'add', `${address.addr}/${address.nonce}`)
      }
    },
    async [Symbol.asyncDispose]() {
      for (const child of processes.values()) await end(child)
      await rm(folder, { recursive: true, force: true })
    },
  }
  try {
    await makeMonitor(folder, configFile, size, onDisk)
    start('ceph-mon', 'a')
    for (let osd = 0; osd < osds; osd++) {
      await makeOsd(folder, osd, program)
      cluster.startOsd(osd)
    }
    await cluster.ceph('osd', 'pool', 'create', CEPH_POOL, String(PLACEMENT_GROUPS))
    await cluster.ceph('osd', 'pool', 'application', 'enable', CEPH_POOL, 'holdfast')
    await untilUp(cluster, osds)
    await cluster.untilServed()
    return cluster
  } catch (error) {
    await cluster[Symbol.asyncDispose]()
    throw error
  }
}

async function makeMonitor(folder: string, configFile: string, size: number, onDisk: boolean): Promise<void> {
  const fsid = randomUUID()
  const address = `[v2:127.0.0.1:${await freePort()}/0]`
  const settings = {
    fsid,
    mon_host: address,
    public_addr: '127.0.0.1',
    ms_bind_msgr1: false,
    keyring: join(folder, 'keyring'),
    run_dir: folder,
    admin_socket: join(folder, '$name.asok'),
    log_file: join(folder, '$name.log'),
    mon_cluster_log_file: join(folder, 'cluster.log'),
    pid_file: join(folder, '$name.pid'),
    crash_dir: folder,
    mon_data: join(folder, 'mon.$id'),
    osd_data: join(folder, 'osd.$id'),
    osd_objectstore: onDisk ? 'bluestore' : 'memstore',
    memstore_device_bytes: 8 * GIB,
    bluestore_block_size: 8 * GIB,
    osd_crush_chooseleaf_type: 0,
    osd_pool_default_size: size,
    osd_pool_default_min_size: Math.max(1, size - 1),
    osd_pool_default_pg_autoscale_mode: 'off',
    mon_allow_pool_size_one: true,
    mon_data_avail_crit: 1,
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`)
  await writeFile(
    configFile,
    ['[global]', ...lines, '[osd]', `keyring = ${join(folder, 'osd.$id', 'keyring')}`, ''].join('\n'),
  )
  await run('ceph-authtool', [
    '--create-keyring',
    settings.keyring,
    '--gen-key',
    '-n',
    'mon.',
    '--cap',
    'mon',
    'allow *',
  ])
  const rights = ['mon', 'osd', 'mgr'].flatMap((daemon) => ['--cap', daemon, 'allow *'])
  await run('ceph-authtool', [settings.keyring, '--gen-key', '-n', `client.${CEPH_USER}`, ...rights])
  const map = join(folder, 'monmap')
  await run('monmaptool', ['--create', '--fsid', fsid, '--addv', 'a', address, map])
  await mkdir(join(folder, 'mon.a'))
  await run('ceph-mon', [
    '-c',
    configFile,
    '--mkfs',
    '-i',
    'a',
    '--monmap',
    map,
    '--keyring',
    settings.keyring,
  ])
}

async function makeOsd(
  folder: string,
  osd: number,
  program: (name: string, ...args: readonly string[]) => Promise<string>,
): Promise<void> {
  const key = (await run('ceph-authtool', ['--gen-print-key'])).trim()
  const uuid = randomUUID()
  const secrets = join(folder, `osd.${osd}.json`)
  await writeFile(secrets, JSON.stringify({ cephx_secret: key }))
  await program('ceph', 'osd', 'new', uuid, String(osd), '-i', secrets)
  const data = join(folder, `osd.${osd}`)
  await mkdir(data)
  await appendFile(join(data, 'keyring'), `[osd.${osd}]\n key = ${key}\n`)
  await program('ceph-osd', '-i', String(osd), '--mkfs', '--osd-uuid', uuid)
}

async function untilUp(cluster: Pick<CephCluster, 'ceph'>, osds: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const { num_up_osds: up } = JSON.parse(await cluster.ceph('osd', 'stat', '-f', 'json')) as {
      num_up_osds: number
    }
    if (up >= osds) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('the OSDs did not start')
}

/** Each placement group has taken a write: a client that ends while some are still peering crashes in librados 16 (`rados_shutdown`). */
async function untilServed(
  cluster: Pick<CephCluster, 'ceph'>,
  folder: string,
  program: (name: string, ...args: readonly string[]) => Promise<string>,
): Promise<void> {
  const file = join(folder, 'probe')
  await writeFile(file, 'probe')
  const seen = new Set<string>()
  for (let probe = 0; seen.size < PLACEMENT_GROUPS; probe++) {
    const name = `probe-${probe}`
    const { pgid } = JSON.parse(await cluster.ceph('osd', 'map', CEPH_POOL, name, '-f', 'json')) as {
      pgid: string
    }
    if (seen.has(pgid)) continue
    seen.add(pgid)
    await program('rados', '-p', CEPH_POOL, 'put', name, file)
    await program('rados', '-p', CEPH_POOL, 'rm', name)
  }
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

async function run(program: string, args: readonly string[]): Promise<string> {
  const child = spawn(program, args, { cwd: tmpdir(), stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 })
  let said = ''
  let failed = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (failed += chunk.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} failed:\n${failed}`)
  return said
}
