import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { runPython } from '../support/forked-python.ts'
import { requirePythonModule } from '../support/require-command.ts'
import { type Boto3Definitions, boto3Definitions } from './boto3-definitions.ts'
import { className, tableOf, tableText } from './boto3-table.ts'
import { commentOf, publicMembers } from './package-members.ts'

const script = fileURLToPath(new URL('boto3/definitions.py', import.meta.url))
const tableFile = fileURLToPath(new URL('../../packages/resources/boto3-table.md', import.meta.url))

function missing(definitions: Boto3Definitions) {
  return tableOf(definitions).filter(({ here, reason }) => here === undefined && reason === undefined)
}

describe('the resources beside those of boto3', () => {
  it('lack nothing without a reason', async () => {
    expect(missing(boto3Definitions)).toEqual([])
    const text = tableText(tableOf(boto3Definitions), boto3Definitions.boto3)
    await expect(text).toMatchFileSnapshot(tableFile)
  })

  it('lack nothing of the boto3 that is installed', async (context) => {
    const python = await requirePythonModule(context, 'boto3')
    const { text } = await runPython(python, script)
    expect(missing(JSON.parse(text) as Boto3Definitions)).toEqual([])
  })
})

const OWN = new Set(['client', 'data', 'toString', 'load', 'reload'])
const LINK = /\{@link\s+https:\/\/docs\.aws\.amazon\.com\/AmazonS3\/latest\/API\/API_\w+\.html \w+\}/

describe.each(Object.entries(boto3Definitions.resources))('%s', (resource, definition) => {
  it('says of every member what it does, and of every request where AWS describes it', () => {
    const members = publicMembers(className(resource)).filter(({ name }) => !OWN.has(name))
    const attributes = new Set(Object.keys(definition.attributes).map((name) => name.replaceAll('_', '')))
    const undocumented = members.filter(({ name, kind, comment }) => {
      if (kind === 'property') return false
      const asksNothing = /^[A-Z]/.test(name) || attributes.has(name.toLowerCase())
      return comment.trim() === '' || !(asksNothing || LINK.test(comment))
    })
    expect(undocumented).toEqual([])
    expect(commentOf(className(resource))).not.toBe('')
  })
})
