import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runCommand } from './run-command.ts'
import { temporaryDirectory } from './temporary-directory.ts'

export interface CertificateFiles {
  readonly certificate: string
  readonly key: string
}

/** A certificate that is its own authority, made by openssl in the folder; for localhost, 127.0.0.1 and the name. */
export async function makeCertificate(folder: string, name = 'localhost'): Promise<CertificateFiles> {
  const files = { certificate: join(folder, 'certificate.pem'), key: join(folder, 'key.pem') }
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  const names = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name},DNS:localhost,IP:127.0.0.1`]
  await runCommand('openssl', ['req', ...kind, ...names, '-keyout', files.key, '-out', files.certificate])
  return files
}

/** The same as texts. */
export async function certificateTexts(name: string): Promise<{ cert: string; key: string }> {
  await using folder = await temporaryDirectory()
  const files = await makeCertificate(folder.path, name)
  const [cert, key] = await Promise.all([readFile(files.certificate, 'utf8'), readFile(files.key, 'utf8')])
  return { cert, key }
}
