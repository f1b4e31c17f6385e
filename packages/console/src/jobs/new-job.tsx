import { useState } from 'preact/hooks'
import { listBuckets } from '../api/buckets.ts'
import { CONTROL_NAMESPACE } from '../api/control.ts'
import { iamList } from '../api/iam.ts'
import { createJob } from '../api/jobs.ts'
import { headObject } from '../api/object-details.ts'
import { requestToken } from '../api/request-token.ts'
import { xmlText } from '../api/xml.ts'
import { ShapeForm } from '../bucket-settings/shape-form.tsx'
import { stillEmpty } from '../bucket-settings/still-empty.ts'
import {
  emptyNode,
  printNode,
  textAt,
  withNodes,
  withText,
  type XmlNode,
} from '../bucket-settings/xml-node.ts'
import { Choice } from '../shared/choice.tsx'
import { ErrorNote } from '../shared/error-note.tsx'
import { Field } from '../shared/field.tsx'
import { tellDone } from '../shared/notices.tsx'
import { go, linkTo } from '../shared/route.ts'
import { Section } from '../shared/section.tsx'
import { useLoaded } from '../shared/use-loaded.ts'
import { settingTexts } from '../texts/bucket-settings.ts'
import { commonTexts } from '../texts/common.ts'
import { jobTexts } from '../texts/jobs.ts'
import {
  generatorShapes,
  type Known,
  type Operation,
  OPERATION_NAMES,
  operationShapes,
  otherShapes,
} from './job-shapes.ts'

const texts = jobTexts.form

type Source = keyof typeof texts.sources
type ListFormat = keyof typeof texts.listFormats

/** A list of objects, which is one itself. */
interface ListPlace {
  readonly bucket: string
  readonly key: string
  readonly format: ListFormat
}

/** Asks step by step for what a job is to do. */
export function NewJob() {
  const { value: known } = useLoaded(loadKnown, [])
  return known ? <JobForm known={known} /> : <p class="empty">{commonTexts.loading}</p>
}

const SERVICE = 'batchoperations.s3.amazonaws.com'

async function loadKnown(): Promise<Known> {
  const [buckets, roles] = await Promise.all([
    listBuckets().catch(() => []),
    iamList('ListRoles', 'Roles').catch(() => []),
  ])
  const trusted = roles.filter((role) => xmlText(role, 'AssumeRolePolicyDocument')?.includes(SERVICE))
  return {
    buckets: buckets.map(({ name }) => name),
    roles: trusted.map((role) => xmlText(role, 'Arn') ?? ''),
  }
}

function JobForm({ known }: { readonly known: Known }) {
  const [operation, setOperation] = useState<Operation>('S3PutObjectCopy')
  const [does, setDoes] = useState(() => emptyNode('S3PutObjectCopy'))
  const [source, setSource] = useState<Source>('bucket')
  const [generator, setGenerator] = useState(() => emptyNode('S3JobManifestGenerator'))
  const [listed, setListed] = useState<ListPlace>({ bucket: '', key: '', format: 'Bucket,Key' })
  const [others, setOthers] = useState(() => startOf(known))
  const [error, setError] = useState<unknown>()
  const requestOf = (which: XmlNode): XmlNode => {
    const children = [emptyWith('Operation', does), which, ...others.children]
    return { ...others, children }
  }
  const shapesOfOthers = otherShapes(known, textAt(others, 'Report/Enabled') === 'true')
  const generated = emptyWith('ManifestGenerator', withText(generator, 'EnableManifestOutput', 'false'))
  const create = async (): Promise<void> => {
    const empty = [
      ...stillEmpty(operationShapes(operation, known), does),
      ...(source === 'bucket' ? stillEmpty(generatorShapes(known), generator) : []),
      ...stillEmpty(shapesOfOthers, others),
    ]
    if (empty.length > 0) throw new Error(settingTexts.stillEmpty(empty))
    const which = source === 'bucket' ? generated : await manifestOf(listed)
    const id = await createJob(printNode(requestOf(which), CONTROL_NAMESPACE))
    tellDone(texts.created)
    go(linkTo(['jobs', id]))
  }
  const submit = (event: Event): void => {
    event.preventDefault()
    setError(undefined)
    create().catch(setError)
  }
  const choose = (chosen: Operation): void => {
    setOperation(chosen)
    setDoes(emptyNode(chosen))
    // What it finds is in the report alone.
    if (chosen === 'S3ComputeObjectChecksum') setOthers(withText(others, 'Report/Enabled', 'true'))
  }
  return (
    <form class="setting-place" onSubmit={submit}>
      <fieldset>
        <legend>{texts.what}</legend>
        <Choice label={texts.operation} value={operation} options={OPERATION_OPTIONS} onValue={choose} />
        <ShapeForm shapes={operationShapes(operation, known)} node={does} onNode={setDoes} />
      </fieldset>
      <fieldset>
        <legend>{texts.which}</legend>
        <Choice label={texts.source} value={source} options={texts.sources} onValue={setSource} />
        {source === 'bucket' ? (
          <ShapeForm shapes={generatorShapes(known)} node={generator} onNode={setGenerator} />
        ) : (
          <ListFields listed={listed} onListed={setListed} />
        )}
      </fieldset>
      <fieldset>
        <legend>{texts.how}</legend>
        <ShapeForm shapes={shapesOfOthers} node={others} onNode={setOthers} />
      </fieldset>
      <Section title={texts.document}>
        <pre class="changes" tabIndex={0} aria-label={texts.document}>
          {printNode(requestOf(source === 'bucket' ? generated : emptyNode('Manifest')), CONTROL_NAMESPACE)}
        </pre>
      </Section>
      {error !== undefined && <ErrorNote error={error} />}
      <div class="setting-buttons">
        <button type="submit" class="primary">
          {jobTexts.create}
        </button>
      </div>
    </form>
  )
}

const OPERATION_OPTIONS = Object.fromEntries(
  OPERATION_NAMES.map((name) => [name, jobTexts.operations[name] ?? name]),
) as Readonly<Record<Operation, string>>

interface ListFieldsProps {
  readonly listed: ListPlace
  readonly onListed: (listed: ListPlace) => void
}

function ListFields({ listed, onListed }: ListFieldsProps) {
  const { bucket, key, format } = listed
  const required = { required: true }
  return (
    <>
      <Field
        label={texts.listBucket}
        value={bucket}
        onValue={(bucket) => onListed({ ...listed, bucket })}
        input={required}
      />
      <Field
        label={texts.listKey}
        value={key}
        onValue={(key) => onListed({ ...listed, key })}
        input={required}
      />
      <Choice
        label={texts.listFormat}
        value={format}
        options={texts.listFormats}
        onValue={(format) => onListed({ ...listed, format })}
      />
    </>
  )
}

/** What nothing has to be said of is there already; the token keeps a request that is sent twice from making two jobs. */
function startOf({ roles }: Known): XmlNode {
  const start = {
    ClientRequestToken: requestToken(),
    RoleArn: roles[0] ?? '',
    Priority: '10',
    ConfirmationRequired: 'true',
    'Report/Enabled': 'false',
    'Report/Format': 'Report_CSV_20180820',
    'Report/ReportScope': 'AllTasks',
  }
  let node = emptyNode('CreateJobRequest')
  for (const [path, text] of Object.entries(start)) node = withText(node, path, text)
  return node
}

function emptyWith(name: string, child: XmlNode): XmlNode {
  return { ...emptyNode(name), children: [child] }
}

/** The list as it is now: its ETag goes along, and another one in its place is refused. */
async function manifestOf({ bucket, key, format }: ListPlace): Promise<XmlNode> {
  const etag = (await headObject({ bucket, key })).get('etag') ?? ''
  const isInventory = format === 'inventory'
  const fields = isInventory ? [] : format.split(',').map((text) => ({ name: 'member', text, children: [] }))
  let node = emptyNode('Manifest')
  node = withText(
    node,
    'Spec/Format',
    isInventory ? 'S3InventoryReport_CSV_20161130' : 'S3BatchOperations_CSV_20180820',
  )
  if (!isInventory) node = withNodes(node, 'Spec/Fields/member', fields)
  node = withText(node, 'Location/ObjectArn', `arn:aws:s3:::${bucket}/${key}`)
  return withText(node, 'Location/ETag', etag.replaceAll('"', ''))
}
