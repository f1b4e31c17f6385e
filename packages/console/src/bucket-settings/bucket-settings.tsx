import { bucketKind } from '../api/bucket-kind.ts'
import { bucketDocument } from '../api/documents.ts'
import { AclEditor } from '../access/acl-editor.tsx'
import { KindBadge } from '../shared/kind-badge.tsx'
import { lazy } from '../shared/lazy.tsx'
import { linkTo } from '../shared/route.ts'
import { useCurrentInSight } from '../shared/use-current-in-sight.ts'
import { settingTexts } from '../texts/bucket-settings.ts'
import { frameTexts } from '../texts/frame.ts'
import { BucketTags } from './bucket-tags.tsx'
import { ListedSetting } from './listed-setting.tsx'
import { PolicyEditor } from './policy-editor.tsx'
import { SettingEditor } from './setting-editor.tsx'
import { SETTINGS, type ShownSetting } from './setting-list.ts'

const AccessPoints = lazy(() => import('./access-points.tsx').then(({ AccessPoints }) => AccessPoints))
const UsageHistory = lazy(() => import('./usage-history.tsx').then(({ UsageHistory }) => UsageHistory))

export interface BucketSettingsProps {
  readonly bucket: string
  /** The name of the setting that is looked at. */
  readonly name: string
}

/** All settings of a bucket, one at a time. */
export function BucketSettings({ bucket, name }: BucketSettingsProps) {
  const settings = SETTINGS[bucketKind(bucket).name]
  const current = settings.find((setting) => setting.name === name) ?? settings[0]
  const names = useCurrentInSight(current?.name ?? '')
  return (
    <>
      <header class="view-head">
        <nav class="breadcrumbs" aria-label={frameTexts.where}>
          <ol>
            <li>
              <a href={linkTo(['buckets'])}>{frameTexts.buckets}</a>
            </li>
            <li>
              <a href={linkTo(['buckets', bucket])}>{bucket}</a>
            </li>
            <li>
              <h1>{settingTexts.settings}</h1>
            </li>
          </ol>
        </nav>
        <KindBadge bucket={bucket} />
      </header>
      <div class="settings">
        <nav ref={names} class="setting-names side-links" aria-label={settingTexts.list}>
          {settings.map((setting) => (
            <a
              key={setting.name}
              href={linkTo(['buckets', bucket, 'settings', setting.name])}
              aria-current={setting.name === current?.name ? 'page' : undefined}
            >
              {setting.title}
            </a>
          ))}
        </nav>
        <div class="setting-place">
          <h2>{current?.title}</h2>
          {current && <Editor key={current.name} bucket={bucket} setting={current} />}
        </div>
      </div>
    </>
  )
}

interface EditorProps {
  readonly bucket: string
  readonly setting: ShownSetting
}

function Editor({ bucket, setting }: EditorProps) {
  if ('root' in setting)
    return (
      <>
        <p class="dim">{setting.explanation}</p>
        {setting.isListed ? (
          <ListedSetting bucket={bucket} setting={setting} />
        ) : (
          <SettingEditor place={bucketDocument(bucket, setting.resource)} setting={setting} />
        )}
      </>
    )
  if (setting.name === 'usage') return <UsageHistory bucket={bucket} />
  if (setting.name === 'access-points') return <AccessPoints bucket={bucket} />
  if (setting.name === 'resource-tags') return <BucketTags bucket={bucket} />
  if (setting.name === 'policy') return <PolicyEditor bucket={bucket} />
  return (
    <>
      <p class="dim">{settingTexts.aclAbout}</p>
      <AclEditor place={{ path: `/${bucket}`, query: { acl: '' } }} of={{ Bucket: bucket }} />
    </>
  )
}
