import { AclEditor } from '../access/acl-editor.tsx'
import { linkTo } from '../shell/route.ts'
import { settingTexts } from '../texts/bucket-settings.ts'
import { frameTexts } from '../texts/frame.ts'
import { PolicyEditor } from './policy-editor.tsx'
import { SettingEditor } from './setting-editor.tsx'
import { SETTINGS } from './setting-list.ts'

export interface BucketSettingsProps {
  readonly bucket: string
  /** The name of the setting that is looked at. */
  readonly name: string
}

const OTHERS = [
  { name: 'policy', title: settingTexts.policy },
  { name: 'acl', title: settingTexts.acl },
]

/** All settings of a bucket, one at a time. */
export function BucketSettings({ bucket, name }: BucketSettingsProps) {
  const all = [...SETTINGS.slice(0, 4), ...OTHERS, ...SETTINGS.slice(4)]
  const current = all.find((setting) => setting.name === name) ?? all[0]
  const setting = SETTINGS.find((setting) => setting.name === current?.name)
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
      </header>
      <div class="settings">
        <nav class="setting-names side-links" aria-label={settingTexts.list}>
          {all.map((setting) => (
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
          {setting && <SettingEditor key={setting.name} bucket={bucket} setting={setting} />}
          {current?.name === 'policy' && <PolicyEditor bucket={bucket} />}
          {current?.name === 'acl' && (
            <>
              <p class="dim">{settingTexts.aclAbout}</p>
              <AclEditor place={{ path: `/${bucket}`, query: { acl: '' } }} />
            </>
          )}
        </div>
      </div>
    </>
  )
}
