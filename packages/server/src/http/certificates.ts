import { X509Certificate } from 'node:crypto'
import type { Server } from 'node:https'
import { createSecureContext, type SecureContext, type TlsOptions } from 'node:tls'

/** A certificate, with those of its chain, and the private key that belongs to it: PEM texts. */
export interface Certificate {
  readonly cert: string
  readonly key: string
}

/** The first is shown to clients that name no host, or one that none of them is for. */
export type CertificateList = readonly [Certificate, ...Certificate[]]

interface Known {
  readonly certificate: X509Certificate
  readonly context: SecureContext
}

/** The certificates of a server, which may be replaced while it runs. */
export class Certificates {
  readonly #settings: TlsOptions
  #first: Certificate
  #known: readonly Known[]

  /** Throws for what is no certificate with its key. */
  constructor(list: CertificateList, settings: TlsOptions) {
    this.#settings = settings
    this.#known = list.map((certificate) => known(certificate, settings))
    this.#first = list[0]
  }

  /** For `createServer`. */
  get options(): TlsOptions {
    return {
      ...this.#settings,
      ...this.#first,
      SNICallback: (name, use) => use(null, this.#contextFor(name)),
    }
  }

  /** Counts from the next handshake with that server on. Throws for what is no certificate with its key; then nothing is replaced. */
  replace(server: Pick<Server, 'setSecureContext'>, list: CertificateList): void {
    this.#known = list.map((certificate) => known(certificate, this.#settings))
    this.#first = list[0]
    server.setSecureContext({ ...this.#settings, ...this.#first })
  }

  #contextFor(name: string): SecureContext | undefined {
    return this.#known.find(({ certificate }) => certificate.checkHost(name) !== undefined)?.context
  }
}

function known(certificate: Certificate, { minVersion }: TlsOptions): Known {
  assertPem(certificate)
  const context = createSecureContext({ ...certificate, ...(minVersion && { minVersion }) })
  return { certificate: new X509Certificate(certificate.cert), context }
}

/**
 * Throws for a certificate or a key that is none. OpenSSL takes what is empty without a word, and nobody could speak to that
 * server.
 */
function assertPem({ cert, key }: Certificate): void {
  const missing = [
    ...(/-----BEGIN (TRUSTED )?CERTIFICATE-----/.test(cert) ? [] : ['certificate']),
    ...(/-----BEGIN ([A-Z]+ )*PRIVATE KEY-----/.test(key) ? [] : ['private key']),
  ]
  if (missing.length > 0)
    throw new Error(
      `There is no ${missing.join(' and no ')} in what was given as one. Give PEM files that belong together with --tls-cert and --tls-key.`,
    )
}
