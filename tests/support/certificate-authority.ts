import { createHash, X509Certificate } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runCommand } from './run-command.ts'

/** What a TLS server is given. */
export interface ShownCertificates {
  /** In PEM, the server's own first. */
  readonly cert: string
  readonly key: string
}

/** A private authority, whose root signs an intermediate certificate, which signs those of servers. */
export class CertificateAuthority {
  readonly #folder: string
  #made = 0

  private constructor(folder: string) {
    this.#folder = folder
  }

  static async make(folder: string): Promise<CertificateAuthority> {
    const authority = new CertificateAuthority(folder)
    const forCertificates = ['-addext', 'basicConstraints=critical,CA:TRUE', '-days', '2']
    await openssl(folder, [
      'req',
      '-x509',
      ...named('root', 'a root'),
      ...forCertificates,
      '-out',
      'root.pem',
    ])
    const byRoot = ['-CA', 'root.pem', '-CAkey', 'root.key', ...forCertificates, '-out', 'middle.pem']
    await openssl(folder, ['req', '-x509', ...named('middle', 'a middle'), ...byRoot])
    return authority
  }

  get root(): Promise<string> {
    return this.#read('root.pem')
  }

  get middle(): Promise<string> {
    return this.#read('middle.pem')
  }

  /** For a server of these names, which shows the intermediate certificate too, and no root. */
  async issue(names = 'DNS:localhost,IP:127.0.0.1', days = 2): Promise<ShownCertificates> {
    const name = `server-${this.#made++}`
    const extensions = `extensions-${name}`
    await writeFile(
      join(this.#folder, extensions),
      `subjectAltName=${names}\nbasicConstraints=critical,CA:FALSE\n`,
    )
    await openssl(this.#folder, ['req', ...named(name, 'a server'), '-out', `${name}.csr`])
    const byMiddle = ['-CA', 'middle.pem', '-CAkey', 'middle.key', '-CAcreateserial', '-days', String(days)]
    const files = ['-in', `${name}.csr`, '-extfile', extensions, '-out', `${name}.pem`]
    await openssl(this.#folder, ['x509', '-req', ...byMiddle, ...files])
    const cert = (await this.#read(`${name}.pem`)) + (await this.middle)
    return { cert, key: await this.#read(`${name}.key`) }
  }

  #read(file: string): Promise<string> {
    return readFile(join(this.#folder, file), 'utf8')
  }
}

/** SHA-1 of a certificate, as IAM takes it. */
export function thumbprintOf(pem: string): string {
  return createHash('sha1').update(new X509Certificate(pem).raw).digest('hex')
}

function named(file: string, subject: string): readonly string[] {
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  return [...newKey, '-keyout', `${file}.key`, '-subj', `/CN=${subject}`]
}

async function openssl(directory: string, words: readonly string[]): Promise<void> {
  await runCommand('openssl', words, { directory })
}
