import { systemClock } from '../base/clock.ts'
import { systemDisk } from '../base/disk.ts'
import { systemRandom } from '../base/random.ts'
import { examine } from '../compose/doctor/examine.ts'
import type { Finding, FindingState } from '../compose/doctor/patient.ts'
import { describeFailure } from './describe-failure.ts'
import { consoleAddress, DEFAULT_ADDRESS, type ServeOptions } from './serve-options.ts'
import { say, type StoreOptions } from './with-store.ts'

export type DoctorOptions = StoreOptions & Pick<ServeOptions, 'tlsCert' | 'tlsKey' | 'domain' | 'console'>

const WORDS: Readonly<Record<FindingState, string>> = { well: 'well ', note: 'note ', wrong: 'WRONG' }

/** `holdfast doctor`: says what is wrong with all that a server needs, and what to do; exit code 1 where something is. */
export async function doctor(options: DoctorOptions): Promise<void> {
  const { data: dataDirectory, config: configPath, domain: domains, tlsCert, tlsKey } = options
  const findings: Finding[] = []
  await examine({
    dataDirectory,
    configPath,
    domains,
    certificates: tlsCert.map((cert, at) => ({ cert, key: tlsKey[at] ?? cert })),
    consoleAddress: (config) => consoleAddress({ ...options, address: DEFAULT_ADDRESS }, config),
    disk: systemDisk,
    clock: systemClock,
    random: systemRandom,
    describe: (error) => describeFailure(error, { data: dataDirectory, address: DEFAULT_ADDRESS }),
    tell(finding) {
      findings.push(finding)
      if (!options.json) say(`${WORDS[finding.state]}  ${finding.check}: ${finding.message}`)
    },
  })
  const wrong = findings.filter(({ state }) => state === 'wrong').length
  if (options.json) say(JSON.stringify({ content: wrong === 0, findings }, undefined, 2))
  else
    say(wrong === 0 ? 'Nothing is wrong.' : `${wrong} to mend; docs/operations.md says more ("The doctor").`)
  if (wrong > 0) process.exitCode = 1
}
