import { join } from 'node:path'
import { runCommand } from './run-command.ts'

export interface CertificateFiles {
  readonly certificate: string
  readonly key: string
}

/** A certificate for localhost and 127.0.0.1 that is its own authority, made by openssl in the folder. */
export async function makeCertificate(folder: string): Promise<CertificateFiles> {
  const files = { certificate: join(folder, 'certificate.pem'), key: join(folder, 'key.pem') }
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  await runCommand('openssl', ['req', ...kind, ...names, '-keyout', files.key, '-out', files.certificate])
  return files
}
