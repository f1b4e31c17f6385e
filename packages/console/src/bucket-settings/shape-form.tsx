import { useId } from 'preact/hooks'
import { Choice } from '../shared/choice.tsx'
import { Check, Field } from '../shared/field.tsx'
import { Icon } from '../shared/icon.tsx'
import { settingTexts } from '../texts/bucket-settings.ts'
import type { Shape } from './shape.ts'
import { SuggestedField } from './suggested-field.tsx'
import { emptyNode, nodesAt, textAt, withElement, withNodes, withText, type XmlNode } from './xml-node.ts'

export interface ShapeFormProps {
  readonly shapes: readonly Shape[]
  readonly node: XmlNode
  readonly onNode: (node: XmlNode) => void
}

/** Fields for what stands in a document. */
export function ShapeForm({ shapes, node, onNode }: ShapeFormProps) {
  return (
    <>
      {shapes.map((shape) => (
        <ShapeField key={shape.path} shape={shape} node={node} onNode={onNode} />
      ))}
    </>
  )
}

interface ShapeFieldProps<S extends Shape = Shape> {
  readonly shape: S
  readonly node: XmlNode
  readonly onNode: (node: XmlNode) => void
}

function ShapeField({ shape, node, onNode }: ShapeFieldProps) {
  const text = textAt(node, shape.path)
  const keeps = shape.kind === 'text' && shape.staysEmpty === true
  const set = (value: string): void => onNode((keeps ? withElement : withText)(node, shape.path, value))
  switch (shape.kind) {
    case 'choice':
      // What the document does not say, and the form has no word for, is to be chosen first.
      return (
        <Choice
          label={shape.label}
          value={text}
          options={withValue(shape.options, text)}
          onValue={(value) => onNode(chosen(shape, node, value))}
        />
      )
    case 'check':
      return (
        <Check
          label={shape.label}
          hint={shape.hint}
          checked={text === 'true'}
          onChecked={(checked) => set(String(checked))}
        />
      )
    case 'text': {
      const input = shape.isNumber === true ? ({ type: 'number', min: 0 } as const) : {}
      const field = { label: shape.label, hint: shape.hint, value: text, onValue: set }
      if (shape.suggests) return <SuggestedField {...field} from={shape.suggests} />
      return <Field {...field} input={input} />
    }
    case 'lines':
      return <LinesField shape={shape} node={node} onNode={onNode} />
    case 'list':
      return <ListField shape={shape} node={node} onNode={onNode} />
  }
}

function chosen(shape: Extract<Shape, { kind: 'choice' }>, node: XmlNode, value: string): XmlNode {
  let after = withText(node, shape.path, value)
  for (const [path, text] of Object.entries(shape.along?.[value] ?? {})) after = withText(after, path, text)
  return after
}

function withValue(
  options: Readonly<Record<string, string>>,
  value: string,
): Readonly<Record<string, string>> {
  return Object.hasOwn(options, value) ? options : { [value]: value === '' ? '—' : value, ...options }
}

function LinesField({ shape, node, onNode }: ShapeFieldProps<Extract<Shape, { kind: 'lines' }>>) {
  const id = useId()
  const name = shape.path.slice(shape.path.lastIndexOf('/') + 1)
  const lines = nodesAt(node, shape.path).map(({ text }) => text)
  const set = (value: string): void => {
    const nodes = value === '' ? [] : value.split('\n').map((text) => ({ name, text, children: [] }))
    onNode(withNodes(node, shape.path, nodes))
  }
  return (
    <div class="field">
      <label for={id}>{shape.label}</label>
      <textarea
        id={id}
        rows={Math.max(2, lines.length)}
        value={lines.join('\n')}
        aria-describedby={`${id}-hint`}
        onInput={(event) => set(event.currentTarget.value)}
      />
      <p class="hint" id={`${id}-hint`}>
        {[settingTexts.linesHint, shape.hint].filter(Boolean).join(': ')}
      </p>
    </div>
  )
}

function ListField({ shape, node, onNode }: ShapeFieldProps<Extract<Shape, { kind: 'list' }>>) {
  const name = shape.path.slice(shape.path.lastIndexOf('/') + 1)
  const nodes = nodesAt(node, shape.path)
  const set = (after: readonly XmlNode[]): void => onNode(withNodes(node, shape.path, after))
  return (
    <>
      {nodes.map((item, index) => (
        <fieldset key={index}>
          <legend>
            {shape.label} {index + 1}
          </legend>
          <ShapeForm
            shapes={shape.item}
            node={item}
            onNode={(after) => set(nodes.map((other, at) => (at === index ? after : other)))}
          />
          <button
            type="button"
            class="danger-quiet"
            aria-label={settingTexts.removeOne(shape.label, index + 1)}
            onClick={() => set(nodes.filter((_, at) => at !== index))}
          >
            <Icon name="delete" />
            {settingTexts.removeOne(shape.label, index + 1)}
          </button>
        </fieldset>
      ))}
      <button type="button" class="add-one" onClick={() => set([...nodes, newItem(name, shape.item)])}>
        <Icon name="plus" />
        {settingTexts.addOne(shape.label)}
      </button>
    </>
  )
}

/** With the first of each choice, as the form shows it, and what has to be there. */
function newItem(name: string, shapes: readonly Shape[]): XmlNode {
  let item = emptyNode(name)
  for (const shape of shapes) {
    if (shape.kind === 'choice') item = withText(item, shape.path, Object.keys(shape.options)[0] ?? '')
    if (shape.kind === 'text' && shape.staysEmpty === true) item = withElement(item, shape.path, '')
  }
  return item
}
