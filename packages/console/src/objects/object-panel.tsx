import { useState } from 'preact/hooks'
import { bucketKind } from '../api/bucket-kind.ts'
import { headObject, type ObjectName } from '../api/object-details.ts'
import { objectPath } from '../api/uri-encoding.ts'
import { AclEditor } from '../access/acl-editor.tsx'
import { ErrorNote } from '../shared/error-note.tsx'
import { Icon } from '../shared/icon.tsx'
import { tellFailed } from '../shared/notices.tsx'
import { Section } from '../shared/section.tsx'
import { useLoaded } from '../shared/use-loaded.ts'
import { linkTo } from '../shared/route.ts'
import { commonTexts } from '../texts/common.ts'
import { panelTexts } from '../texts/object-panel.ts'
import { objectTexts } from '../texts/objects.ts'
import { queryTexts } from '../texts/query.ts'
import { download } from './download.ts'
import { MoveDialog, type MoveDialogProps } from './move-dialog.tsx'
import { ObjectLock } from './object-lock.tsx'
import { ObjectMetadata } from './object-metadata.tsx'
import { ObjectPreview } from './object-preview.tsx'
import { ObjectProperties } from './object-properties.tsx'
import { ObjectQuery } from './object-query.tsx'
import { ObjectTags } from './object-tags.tsx'
import { ObjectVersions } from './object-versions.tsx'
import { queryFormatOf } from './query-format.ts'
import { RestoreArchived } from './restore-archived.tsx'
import { sharing } from './share-dialog-place.tsx'
import { usePanelFocus } from './use-panel-focus.ts'

export interface ObjectPanelProps {
  readonly bucket: string
  readonly objectKey: string
  readonly onClose: () => void
  /** Something of the listing may be other than it was. */
  readonly onChanged: () => void
  readonly onMoved: (to: ObjectName) => void
}

/** All about one object, beside the list that it is of. */
export function ObjectPanel({ bucket, objectKey, onClose, onChanged, onMoved }: ObjectPanelProps) {
  const name: ObjectName = { bucket, key: objectKey }
  const panel = usePanelFocus()
  const { value: headers, error, reload } = useLoaded(() => headObject(name), [bucket, objectKey])
  const changed = (): void => {
    reload()
    onChanged()
  }
  const kind = bucketKind(bucket)
  const format = kind.hasQueries ? queryFormatOf(objectKey) : undefined
  const place = { path: objectPath(bucket, objectKey), query: { acl: '' } }
  const closeByKey = ({ key, target }: KeyboardEvent): void => {
    // Windows in front close themselves, and what is being typed is not to be lost.
    const isElsewhere = target instanceof Element && target.closest('dialog, input, textarea, select')
    if (key === 'Escape' && !isElsewhere) onClose()
  }
  return (
    <aside
      ref={panel}
      class="object-panel"
      aria-label={panelTexts.label}
      tabIndex={-1}
      onKeyDown={closeByKey}
    >
      <header>
        <h2>{/[^/]*\/*$/.exec(objectKey)?.[0]}</h2>
        <button type="button" class="quiet icon-only" aria-label={commonTexts.close} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      {error !== undefined && <ErrorNote error={error} again={reload} />}
      {headers && (
        <>
          <PanelActions name={name} onDone={(movedTo) => (movedTo ? onMoved(movedTo) : onChanged())} />
          <RestoreArchived name={name} headers={headers} />
          <Section title={panelTexts.preview} isOpen={true}>
            <ObjectPreview
              key={headers.get('etag')}
              name={name}
              contentType={headers.get('content-type') ?? ''}
              sizeBytes={Number(headers.get('content-length'))}
            />
          </Section>
          {format && (
            <Section title={queryTexts.title}>
              <ObjectQuery name={name} guessed={format} />
            </Section>
          )}
          <Section title={panelTexts.properties} isOpen={true}>
            <ObjectProperties objectKey={objectKey} headers={headers} />
          </Section>
          <Section title={panelTexts.metadata}>
            <ObjectMetadata name={name} onChanged={changed} />
          </Section>
          {kind.hasObjectTags && (
            <Section title={panelTexts.tags}>
              <ObjectTags name={name} />
            </Section>
          )}
          {kind.hasAcls && (
            <Section title={panelTexts.acl}>
              <AclEditor place={place} of={{ Bucket: bucket, Key: objectKey }} />
            </Section>
          )}
          {kind.hasObjectLock && (
            <Section title={panelTexts.lock}>
              <ObjectLock name={name} />
            </Section>
          )}
        </>
      )}
      {kind.hasVersions && (
        <Section title={panelTexts.versions} isOpen={error !== undefined}>
          <ObjectVersions bucket={bucket} objectKey={objectKey} onChanged={changed} />
        </Section>
      )}
    </aside>
  )
}

function PanelActions({ name, onDone }: Pick<MoveDialogProps, 'name' | 'onDone'>) {
  const [isMoving, setMoving] = useState(false)
  return (
    <div class="panel-actions">
      <button type="button" onClick={() => void download(name).catch(tellFailed)}>
        <Icon name="download" />
        {objectTexts.download}
      </button>
      <button type="button" onClick={() => (sharing.value = name)}>
        <Icon name="share" />
        {objectTexts.share}
      </button>
      <button type="button" onClick={() => setMoving(true)}>
        <Icon name="copy" />
        {panelTexts.move}
      </button>
      <a class="button" href={linkTo(['access'], { bucket: name.bucket, key: name.key })}>
        <Icon name="access" />
        {panelTexts.explain}
      </a>
      {isMoving && (
        <MoveDialog
          name={name}
          onClose={() => setMoving(false)}
          onDone={(movedTo) => {
            setMoving(false)
            onDone(movedTo)
          }}
        />
      )}
    </div>
  )
}
