import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { mainAccount } from '../support/accounts.ts'
import { makeCertificate } from '../support/certificate.ts'
import { freePort } from '../support/free-port.ts'

/** A folder with a store in `data`, and the config that it is looked at with. */
export interface Patient {
  readonly at: (...path: string[]) => string
  readonly configure: (settings: object) => Promise<void>
}

export interface Fault {
  readonly name: string
  /** Makes the fault; tells what the doctor is asked with besides the data folder and the config. */
  readonly make: (patient: Patient) => Promise<readonly string[] | void>
  /** How many files the doctor may have open at once. */
  readonly openFiles?: number
  readonly says: RegExp
}

export function patientIn(folder: string): Patient {
  const at = (...path: string[]): string => join(folder, ...path)
  const configure = (settings: object): Promise<void> =>
    writeFile(at('config.json'), JSON.stringify({ accounts: [mainAccount], ...settings }))
  return { at, configure }
}

const loss = (piece: string) => (patient: Patient) =>
  rename(patient.at('data', piece), patient.at(`lost-${piece}`))

/** What goes wrong where servers are run, each made on purpose. */
export const TEN_FAULTS: readonly Fault[] = [
  {
    name: 'a mistake in the config',
    make: ({ configure }) => configure({ region: 7 }),
    says: /^WRONG {2}config: .*region/m,
  },
  {
    name: 'a data folder that is a file',
    make: async ({ at }) => {
      await rename(at('data'), at('elsewhere'))
      await writeFile(at('data'), '')
    },
    says: /^WRONG {2}data-folder: .* is a file, not a folder/m,
  },
  { name: 'lost metadata', make: loss('metadata'), says: /^WRONG {2}store: .* has lost its metadata\//m },
  {
    name: 'lost blobs',
    make: loss('blobs'),
    says: /^WRONG {2}pieces: .*blobs is missing.*--accept lost-blobs/m,
  },
  { name: 'lost root keys', make: loss('root-keys'), says: /^WRONG {2}keys: No root key that this store/m },
  {
    name: 'a root key that everybody may read',
    make: async ({ at }) => {
      for (const folder of [at('.'), at('data'), at('data', 'root-keys')]) await chmod(folder, 0o755)
      await chmod(at('data', 'root-keys', '00000001'), 0o644)
    },
    says: /^WRONG {2}rights: Every user .*chmod 600/m,
  },
  {
    name: 'damaged metadata',
    make: async ({ at }) => {
      const file = at('data', 'metadata', 'data.mdb')
      await writeFile(file, (await readFile(file)).fill(7, 0, 9000))
    },
    says: /^WRONG {2}store: The metadata cannot be used/m,
  },
  {
    name: 'a certificate with the key of another',
    make: async ({ at }) => {
      for (const name of ['one', 'two']) await mkdir(at(name))
      const [one, two] = [await makeCertificate(at('one')), await makeCertificate(at('two'))]
      return ['--tls-cert', one.certificate, '--tls-key', two.key]
    },
    says: /^WRONG {2}certificate: .*belong together/m,
  },
  {
    name: 'a limit of few open files',
    make: async () => {},
    openFiles: 512,
    says: /^WRONG {2}open-files: Only 512 files/m,
  },
  {
    name: 'a webhook that nobody listens at',
    make: async ({ configure }) => {
      const url = `http://127.0.0.1:${await freePort()}/`
      const destinations = [{ arn: `arn:aws:sqs:us-east-1:${mainAccount.id}:told`, url }]
      await configure({ notifications: { destinations } })
    },
    says: /^WRONG {2}webhooks: .*ECONNREFUSED/m,
  },
]
