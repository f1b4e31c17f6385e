import type { Clock } from './base/clock.ts'
import type { Disk } from './base/disk.ts'
import type { Log } from './base/log.ts'
import type { Random } from './base/random.ts'
import type { Siblings } from './base/siblings.ts'
import type { SpaceGate } from './base/space-gate.ts'
import type { StorageFault } from './base/storage-fault.ts'
import type { Acceptance } from './config/acceptance.ts'
import type { Config } from './config/config.ts'
import type { KeySecrets } from './config/key-secrets.ts'
import type { Certificate, CertificateList } from './http/certificates.ts'
import type { Listen, ListenAddress } from './http/listen.ts'
import type { Draining } from './http/listener.ts'
import type { Timeouts } from './http/timeouts.ts'
import type { Lender } from './limits/rate-ledger.ts'
import type { DamagedPages } from './metadata/damaged-pages.ts'
import type { OrderedStore } from './metadata/ordered-store.ts'
import type { EventSender } from './s3/shared/announcing/event-sender.ts'

/** What a metadata engine minds and tells while a server runs. */
export interface MetadataGuards {
  /** Asked before every commit that may not use the reserve. */
  readonly space: SpaceGate
  /** Told when it can commit no more. */
  readonly onBroken: (fault: StorageFault) => void
  /** What is known to be damaged. */
  readonly pages: DamagedPages
}

/** Where the web console is served. */
export interface ConsoleOptions {
  /** Port 0 takes a free one. */
  readonly address: ListenAddress
  /** The files of its build. Default: those that came with the server. */
  readonly folder?: string | undefined
  /** Default: a socket that listens on the address. */
  readonly listen?: Listen | undefined
}

export interface ServerOptions {
  readonly config: Config
  /** `undefined`: memory engines, nothing outlives the server. */
  readonly dataDirectory: string | undefined
  /** Port 0 takes a free one. */
  readonly address: ListenAddress
  /** Absent: no console. */
  readonly console?: ConsoleOptions | undefined
  /** Host names under which buckets are addressed virtual-host style: `bucket.<domain>`. */
  readonly domains: readonly string[]
  /** One, or several for different names; without any the server speaks plain HTTP. */
  readonly tls?: Certificate | CertificateList
  readonly log: Log
  /** Whether this is the first process of its start: the others do not say again what it has said. Default: it is. */
  readonly isFirst?: boolean
  /** Called before what the config says of buckets and quotas is set up, which the first process does; waited for. */
  readonly onSettingUp?: () => Promise<void>
  /** The processes that serve the same address. Default: none. */
  readonly siblings?: Siblings
  /** Keeps the sum of what the processes of a server take of the config's `rates`. Default: this process is alone. */
  readonly lender?: Lender
  /** Default: the system's. */
  readonly clock?: Clock
  /** Where the blobs and the lock of the data folder go. Default: the system's. */
  readonly disk?: Disk
  /** Opens the metadata of a data folder, in a folder of their own. Default: LMDB. */
  readonly openMetadata?: (path: string, guards: MetadataGuards | undefined) => Promise<OrderedStore>
  /** What cannot be had back and is accepted at this start. */
  readonly accept?: readonly Acceptance[] | undefined
  /** Begins a new store in a data folder that has lost its metadata; moves aside what is left of the old one. */
  readonly beginAnew?: boolean | undefined
  /** Replaces the metadata store with one around it, to inject faults. */
  readonly wrapMetadata?: (store: OrderedStore) => OrderedStore
  /** Default: a socket that listens on the address. */
  readonly listen?: Listen
  /**
   * Called once when this process can do nothing more for its store and should be ended and started anew. Default:
   * nothing, and what needs the store fails from then on.
   */
  readonly onHopeless?: (reason: string) => void
  readonly timeouts?: Partial<Timeouts>
  /** Secrets of the key management engine. Default: none. */
  readonly keySecrets?: KeySecrets
  /** What `/-/metrics` asks for. Default: the content of the config's `metrics.tokenFile`, or nothing. */
  readonly metricsToken?: string | undefined
  /** Brings events to their destinations. Default: posts them to the webhooks of the config. */
  readonly eventSender?: EventSender
  /** The least size of every part of a multipart upload but the last. Default: S3's 5 MiB. */
  readonly minimumPartBytes?: number
  /** What it costs to try a password that is set: scrypt's N. Default: 32,768. */
  readonly passwordCost?: number
  /** Default: the system's. */
  readonly random?: Random
}

/** A server that accepts requests. Disposing of it ends all connections, drained or not, and closes the stores. */
export interface RunningServer extends AsyncDisposable {
  /** For example `http://127.0.0.1:9000`. */
  readonly url: string
  readonly port: number
  /** Absent where `/-/metrics` has no address of its own. */
  readonly metricsUrl: string | undefined
  /** Where the console is, for example `http://127.0.0.1:9001`; absent where it is not served. */
  readonly consoleUrl: string | undefined
  /** Lets the background workers finish all that there is to do now. */
  settle(): Promise<void>
  /** Shows others from the next handshake on; throws for what cannot be used. */
  setCertificates(list: CertificateList): void
  /** Refuses new connections; resolves when those that there are have ended, after the requests in flight on them. */
  drain(how?: Draining): Promise<void>
  /** The same as disposing of it. */
  close(): Promise<void>
}
