import { writeFile } from 'node:fs/promises'
import { expect, it, vi } from 'vitest'
import { makeCertificate } from '../../../../tests/support/certificate.ts'
import { temporaryDirectory } from '../../../../tests/support/temporary-directory.ts'
import { MovableClock } from '../base/clock.ts'
import { systemDisk } from '../base/disk.ts'
import { jsonLog } from '../base/log.ts'
import type { CertificateList } from '../http/certificates.ts'
import { readCertificates, watchCertificates } from './certificate-files.ts'

it('renewed certificates are used, what cannot be used is told once', async () => {
  await using folder = await temporaryDirectory()
  const files = await makeCertificate(folder.path)
  const options = { tlsCert: [files.certificate], tlsKey: [files.key] }
  const known = await readCertificates(systemDisk, options)
  if (!known) throw new Error('there are files')
  const clock = new MovableClock(new Date('2026-01-01'))
  const lines: string[] = []
  let looks = 0
  const used: CertificateList[] = []
  const log = jsonLog('info', { write: (line) => void lines.push(line) })
  const use = (list: CertificateList): void => {
    if (list[0].cert === 'torn') throw new Error('it is torn')
    used.push(list)
  }
  void watchCertificates(options, known, { disk: systemDisk, clock, log, use })
  /** Looks until something is so. */
  const until = (check: () => void | Promise<void>) =>
    vi.waitFor(() => {
      clock.advance(10_000)
      return check()
    })

  await writeFile(files.certificate, 'torn')
  await until(() => expect(lines).toHaveLength(1))
  expect(lines[0]).toMatch(/it is torn.*the renewed certificates cannot be used/)
  await until(() => expect(++looks).toBe(5))
  expect(lines).toHaveLength(1)
  await makeCertificate(folder.path, 'renewed.example.com')
  await until(async () => expect(used.at(-1)).toEqual(await readCertificates(systemDisk, options)))
  expect(used.map(([{ cert }]) => cert)).not.toContain(known[0].cert)
})
