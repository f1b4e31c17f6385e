import { invalidInput } from '../../shared/invalid-input.ts'

const BASE = ['instance', 'image', 'security-group', 'network-interface']

/** Source: IAM API Reference, SimulateCustomPolicy, `ResourceHandlingOption`: the resources that each scenario needs. */
const SCENARIOS: ReadonlyMap<string, readonly string[]> = new Map([
  ['EC2-VPC-InstanceStore', BASE],
  ['EC2-VPC-InstanceStore-Subnet', [...BASE, 'subnet']],
  ['EC2-VPC-EBS', [...BASE, 'volume']],
  ['EC2-VPC-EBS-Subnet', [...BASE, 'subnet', 'volume']],
])

/** Throws InvalidInput where there is no such scenario, or a resource of it is missing. */
export function checkScenario(scenario: string | undefined, resources: readonly string[]): void {
  if (scenario === undefined) return
  const needed = SCENARIOS.get(scenario)
  if (!needed) throw invalidInput(`There is no such ResourceHandlingOption: ${scenario}`)
  const missing = needed.filter(
    (type) => !resources.some((arn) => new RegExp(`^arn:aws:ec2:[^:]*:[^:]*:${type}/`).test(arn)),
  )
  if (missing.length === 0) return
  throw invalidInput(`${scenario} needs resources of the types that are missing: ${missing.join(', ')}`)
}
