import { X509Certificate } from 'node:crypto'
import { readWholeFile } from '../../base/whole-file.ts'
import { Certificates } from '../../http/certificates.ts'
import type { Machine, Say } from './patient.ts'

/** The files of a certificate and of its key. */
export interface CertificatePaths {
  readonly cert: string
  readonly key: string
}

interface Served {
  readonly certificates: readonly CertificatePaths[]
  /** Names under which the server is addressed, each with its buckets below it. */
  readonly domains: readonly string[]
}

/** A certificate is renewed when a third of its life is left, as ACME clients do; later than this it was not. */
const LEFT_WHEN_FORGOTTEN = 1 / 6

/** Whether the certificates can be used with their keys, now and for a while, for all names of the server. */
export async function lookAtCertificates(
  { disk, clock }: Machine,
  { certificates, domains }: Served,
  say: Say,
): Promise<void> {
  const known: X509Certificate[] = []
  for (const { cert: path, key: keyPath } of certificates) {
    const [cert, key] = [await readWholeFile(disk, path), await readWholeFile(disk, keyPath)]
    // Throws where a server could not use them.
    void new Certificates([{ cert, key }], {})
    const certificate = new X509Certificate(cert)
    known.push(certificate)
    lookAtDates(path, certificate, clock.now(), say)
  }
  if (known.length === 0) return
  for (const domain of domains) {
    const covers = (name: string): boolean => known.some((one) => one.checkHost(name) !== undefined)
    if (!covers(domain))
      say('wrong', `No certificate is for ${domain}: clients refuse it. Get one that names it.`)
    else if (!covers(`bucket.${domain}`))
      say('note', `No certificate is for *.${domain}, so only path-style requests (${domain}/bucket) work.`)
  }
}

function lookAtDates(
  path: string,
  { validFromDate, validToDate }: X509Certificate,
  now: Date,
  say: Say,
): void {
  const [from, to] = [validFromDate.getTime(), validToDate.getTime()]
  const left = to - now.getTime()
  if (left <= 0)
    say(
      'wrong',
      `The certificate ${path} expired at ${validToDate.toISOString()}: clients refuse it. Renew it.`,
    )
  else if (now.getTime() < from)
    say(
      'wrong',
      `The certificate ${path} is valid from ${validFromDate.toISOString()} on: clients refuse it. Look at the clock.`,
    )
  else if (left < (to - from) * LEFT_WHEN_FORGOTTEN)
    say('note', `The certificate ${path} expires at ${validToDate.toISOString()}. See that it is renewed.`)
}
