import { keepAlive } from '../../../base/keep-alive.ts'
import { StorageFault } from '../../../base/storage-fault.ts'
import { elsewhere, type Librados, loadLibrados, type Pointer } from './librados.ts'
import { RadosError } from './rados-error.ts'

export interface RadosClusterOptions {
  readonly configFile: string
  /** Without `client.`. */
  readonly user: string
  /** How long anything may take. Default: 30 s. */
  readonly timeoutSeconds?: number | undefined
}

export interface ObjectRead {
  readonly bytesRead: number
  readonly version: bigint
}

interface Waiting {
  readonly resolve: (read: ObjectRead) => void
  readonly reject: (error: unknown) => void
  /** That what the library reads into is not freed. */
  readonly into: Uint8Array | undefined
}

const DEFAULT_TIMEOUT_SECONDS = 30

const connected = new Map<string, Promise<RadosCluster>>()

/** A connection to Ceph, which all stores of this process share that are reached alike; it ends with the last of them. */
export class RadosCluster {
  readonly librados: Librados
  readonly #handle: Pointer
  readonly #done: Pointer
  readonly #waiting = new Map<number, Waiting>()
  #lastKey = 0
  #release: (() => void) | undefined
  #users = 0
  #whenIdle: (() => void) | undefined
  #isEnding = false

  /** Throws `StorageFault` that says what to do. */
  static async connect(options: RadosClusterOptions): Promise<RadosCluster> {
    const key = JSON.stringify([options.configFile, options.user, options.timeoutSeconds])
    const forget = (): void => {
      if (connected.get(key) === connecting) connected.delete(key)
    }
    const connecting: Promise<RadosCluster> = connected.get(key) ?? connect(options, forget)
    connected.set(key, connecting)
    try {
      const cluster = await connecting
      if (cluster.#isEnding) return await RadosCluster.connect(options)
      cluster.#users++
      return cluster
    } catch (error) {
      forget()
      throw error
    }
  }

  /** Whoever connects from now on gets another one. */
  readonly retire: () => void

  constructor(librados: Librados, handle: Pointer, retire: () => void) {
    this.librados = librados
    this.#handle = handle
    this.retire = retire
    this.#done = librados.callback((completion, key) => this.#complete(completion, Number(key)))
  }

  /** Whoever has connected leaves, once; the last one waits for all that is under way. */
  async leave(): Promise<void> {
    if (--this.#users > 0) return
    this.#isEnding = true
    this.retire()
    // The library would wait for answers that wait for this thread.
    if (this.#waiting.size > 0) await new Promise<void>((resolve) => (this.#whenIdle = resolve))
    await elsewhere(this.librados.shutdown, this.#handle)
    this.librados.freeCallback(this.#done)
  }

  async openPool(pool: string): Promise<Pointer> {
    const context: [Pointer | null] = [null]
    check(
      await elsewhere(this.librados.openPool, this.#handle, pool, context),
      `The pool ${pool} of Ceph cannot be opened; where it is missing, make it (ceph osd pool create ${pool})`,
    )
    return addressOf(context[0])
  }

  /** Resolves when what `submit` has begun is complete. `into` is not to be used until then. */
  start(into: Uint8Array | undefined, submit: (completion: Pointer) => number): Promise<ObjectRead> {
    return new Promise((resolve, reject) => {
      const key = ++this.#lastKey
      const completion: [Pointer | null] = [null]
      this.librados.createCompletion(key, this.#done, completion)
      const created = addressOf(completion[0])
      this.#waiting.set(key, { resolve, reject, into })
      // An answer that comes from another thread does not keep a process from ending.
      this.#release ??= keepAlive()
      const result = submit(created)
      if (result >= 0) return
      this.#forget(key)
      this.librados.release(created)
      reject(new RadosError(result))
    })
  }

  #complete(completion: Pointer, key: number): void {
    const waiting = this.#waiting.get(key)
    const result = this.librados.result(completion)
    const version = BigInt(this.librados.version(completion))
    this.librados.release(completion)
    this.#forget(key)
    if (result < 0) waiting?.reject(new RadosError(result))
    else waiting?.resolve({ bytesRead: result, version })
  }

  #forget(key: number): void {
    this.#waiting.delete(key)
    if (this.#waiting.size > 0) return
    this.#release?.()
    this.#release = undefined
    this.#whenIdle?.()
  }
}

async function connect(options: RadosClusterOptions, retire: () => void): Promise<RadosCluster> {
  const librados = await loadLibrados()
  const handle = createHandle(librados, options)
  const { user, configFile } = options
  try {
    check(
      await elsewhere(librados.connect, handle),
      `Ceph cannot be reached as client.${user} with ${configFile}`,
    )
  } catch (error) {
    await elsewhere(librados.shutdown, handle)
    throw error
  }
  return new RadosCluster(librados, handle, retire)
}

function createHandle(librados: Librados, options: RadosClusterOptions): Pointer {
  const { user, configFile, timeoutSeconds = DEFAULT_TIMEOUT_SECONDS } = options
  const handle: [Pointer | null] = [null]
  check(librados.create(handle, user), 'Ceph’s client cannot be made')
  const created = addressOf(handle[0])
  check(librados.readConfig(created, configFile), `${configFile}, Ceph's config, cannot be read`)
  const seconds = String(timeoutSeconds)
  const settings = {
    // Ceph's client asks for a new map of the cluster for what has waited for 10 s, and looks every 5 s. What was given up before that
    // never made it ask, and OSDs that had all been started again, at other addresses, were never found.
    objecter_timeout: String(Math.min(10, timeoutSeconds / 4)),
    objecter_tick_interval: String(Math.min(5, timeoutSeconds / 4)),
    rados_osd_op_timeout: seconds,
    rados_mon_op_timeout: seconds,
    client_mount_timeout: seconds,
    // None that would hold up the thread which hands in one more: whoever hands in bounds what is under way.
    objecter_inflight_op_bytes: '0',
    objecter_inflight_ops: '0',
    // What is wrong is told by errors.
    log_to_stderr: 'false',
    err_to_stderr: 'false',
    log_file: '',
    admin_socket: '',
  }
  for (const [option, value] of Object.entries(settings)) librados.set(created, option, value)
  return created
}

function check(result: number, failed: string): void {
  if (result >= 0) return
  // Without its cause, whose code would be taken for a file's that is missing.
  throw new StorageFault('unavailable', `${failed}: ${new RadosError(result).message}`)
}

function addressOf(pointer: Pointer | null): Pointer {
  if (pointer === null) throw new StorageFault('unavailable', 'Ceph’s client gave nothing')
  return pointer
}
