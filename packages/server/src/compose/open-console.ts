import { fileURLToPath } from 'node:url'
import type { AdministrationService } from '../administration/administration-service.ts'
import type { Conditions } from '../base/conditions.ts'
import type { Disk } from '../base/disk.ts'
import { addressText } from '../config/listen-address.ts'
import { consoleDoor, type ConsoleSettings } from '../http/console-door.ts'
import { ConsoleFiles } from '../http/console-files.ts'
import { ConsoleHosts } from '../http/console-hosts.ts'
import type { AddressLink } from '../http/address-link.ts'
import { Listener, type ListenerOptions } from '../http/listener.ts'
import { OwnApi } from '../http/own-api.ts'
import type { SignInApi } from '../http/sign-in-api.ts'
import type { ConsoleOptions } from '../server-options.ts'

/** People in browsers: S3's own clients need the rest of what may be open. */
const MOST_CONNECTIONS = 256

/** The build in a clone, or what is published with the server. */
const FOLDER = import.meta.url.endsWith('.ts') ? '../../../console/dist' : '../../dist/console'

export interface ConsoleParts {
  readonly listener: Omit<ListenerOptions, 'address' | 'door' | 'listen'>
  readonly disk: Disk
  readonly publicUrl: string | undefined
  readonly settings: ConsoleSettings
  readonly administration: AdministrationService
  readonly signIn: SignInApi
  readonly link: AddressLink
  readonly s3Link: AddressLink
  readonly conditions: Conditions
}

/** The console's own address. */
export class Console {
  readonly listener: Listener
  readonly #options: ConsoleOptions
  readonly #parts: ConsoleParts

  constructor(options: ConsoleOptions, parts: ConsoleParts) {
    this.#options = options
    this.#parts = parts
    const { address, listen, folder = fileURLToPath(new URL(FOLDER, import.meta.url)) } = options
    const { publicUrl, disk, settings } = parts
    const names = publicUrl === undefined ? [] : [new URL(publicUrl).hostname]
    const door = consoleDoor({
      files: new ConsoleFiles(disk, folder),
      hosts: new ConsoleHosts([address.host, ...names]),
      settings,
      s3Link: parts.s3Link,
    })
    const { pipeline, mostConnections = MOST_CONNECTIONS } = parts.listener
    this.listener = new Listener({
      ...parts.listener,
      // Buckets are in paths here, and Version 2 and websites are nowhere.
      pipeline: { ...pipeline, domains: [], versionTwo: undefined },
      mostConnections: Math.min(mostConnections, MOST_CONNECTIONS),
      ownApi: new OwnApi(parts.administration, parts.signIn),
      address,
      listen,
      door,
    })
  }

  /**
   * Resolves to the port; `undefined` where it cannot be had: then a condition says so, and S3 is served all the same, which programs
   * depend on.
   */
  async listen(): Promise<number | undefined> {
    const { address } = this.#options
    const { link, conditions } = this.#parts
    try {
      const port = await this.listener.listen()
      link.serving({ ...address, port })
      return port
    } catch (err) {
      const code = err instanceof Error && 'code' in err ? String(err.code) : ''
      const reason =
        code === 'EADDRINUSE'
          ? 'is in use by another program'
          : `cannot be listened on (${code || 'no reason'})`
      const remedy = 'choose another with --console HOST:PORT, or --no-console'
      conditions.raise(
        'console',
        `the address of the console, ${addressText(address)}, ${reason}; ${remedy}`,
        {
          effect: 'degraded',
          err,
        },
      )
      return undefined
    }
  }
}
