import { linkTo } from '../shared/route.ts'
import { frameTexts } from '../texts/frame.ts'
import type { Place } from './place.ts'

/** From all buckets down to where somebody is. */
export function Breadcrumbs({ bucket, prefix }: Place) {
  const folders = prefix.split('/').slice(0, -1)
  const links = folders.map((name, index) => ({
    name: name === '' ? '/' : name,
    link: linkTo(['buckets', bucket], { prefix: `${folders.slice(0, index + 1).join('/')}/` }),
  }))
  const all = [{ name: bucket, link: linkTo(['buckets', bucket]) }, ...links]
  return (
    <nav class="breadcrumbs" aria-label={frameTexts.where}>
      <ol>
        <li>
          <a href={linkTo(['buckets'])}>{frameTexts.buckets}</a>
        </li>
        {all.map(({ name, link }, index) => (
          <li key={link}>
            {index === all.length - 1 ? (
              <h1>
                <a href={link} aria-current="page">
                  {name}
                </a>
              </h1>
            ) : (
              <a href={link}>{name}</a>
            )}
          </li>
        ))}
      </ol>
    </nav>
  )
}
