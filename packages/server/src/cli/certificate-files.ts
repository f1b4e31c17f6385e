import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '../base/clock.ts'
import type { Disk } from '../base/disk.ts'
import { errorMessage } from '../base/error-message.ts'
import type { Log } from '../base/log.ts'
import { readWholeFile } from '../base/whole-file.ts'
import type { CertificateList } from '../http/certificates.ts'
import type { ServeOptions } from './serve-options.ts'

const LOOK_EVERY_MILLISECONDS = 10_000

/** Each `--tls-cert` with the `--tls-key` at the same place; `undefined` where there is none. */
export async function readCertificates(
  disk: Disk,
  { tlsCert, tlsKey }: Pick<ServeOptions, 'tlsCert' | 'tlsKey'>,
): Promise<CertificateList | undefined> {
  const read = (path: string): Promise<string> => readWholeFile(disk, path)
  const [first, ...others] = await Promise.all(
    tlsCert.map(async (path, at) => ({ cert: await read(path), key: await read(tlsKey[at] ?? path) })),
  )
  return first && [first, ...others]
}

interface Watch {
  readonly disk: Disk
  readonly clock: Clock
  readonly log: Log
  /** Throws where they cannot be used. */
  readonly use: (list: CertificateList) => void
}

/** Uses what the files say from when they change on; never ends. What cannot be used is told once, and not used. */
export async function watchCertificates(
  options: Pick<ServeOptions, 'tlsCert' | 'tlsKey'>,
  known: CertificateList,
  { disk, clock, log, use }: Watch,
): Promise<never> {
  let last: unknown = known
  for (;;) {
    await clock.sleep(LOOK_EVERY_MILLISECONDS)
    const found = await readCertificates(disk, options).catch((error: unknown) => String(error))
    if (found === undefined || isDeepStrictEqual(found, last)) continue
    last = found
    try {
      if (typeof found === 'string') throw new Error(found)
      use(found)
      log.info({}, 'the renewed certificates are in use')
    } catch (error) {
      const reason = errorMessage(error)
      log.error({ reason }, 'the renewed certificates cannot be used; those from before are')
    }
  }
}
