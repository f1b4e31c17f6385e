import { accessSettingTexts } from '../../texts/settings/access.ts'
import { settingPartTexts } from '../../texts/settings/common.ts'
import { check, choice, lines, list, needed, number, type Setting, text } from '../shape.ts'

const texts = accessSettingTexts

const blocks = texts.publicAccess

export const publicAccess: Setting = {
  name: 'public-access',
  title: blocks.title,
  explanation: blocks.explanation,
  resource: 'publicAccessBlock',
  root: 'PublicAccessBlockConfiguration',
  canDelete: true,
  shapes: [
    check('BlockPublicAcls', blocks.newAcls),
    check('IgnorePublicAcls', blocks.oldAcls),
    check('BlockPublicPolicy', blocks.newPolicies),
    check('RestrictPublicBuckets', blocks.oldPolicies),
  ],
  warning: (document) => (isAllBlocked(document) ? undefined : blocks.warning),
}

/** The same of an account, over all of its buckets. */
export const accountPublicAccess: Setting = {
  ...publicAccess,
  title: blocks.accountTitle,
  explanation: blocks.accountExplanation,
  warning: (document) => (isAllBlocked(document) ? undefined : blocks.accountWarning),
}

function isAllBlocked(document: string): boolean {
  return document.split('>true<').length === 5
}

export const ownership: Setting = {
  name: 'ownership',
  title: texts.ownership.title,
  explanation: texts.ownership.explanation,
  resource: 'ownershipControls',
  root: 'OwnershipControls',
  canDelete: true,
  shapes: [choice('Rule/ObjectOwnership', texts.ownership.owner, texts.ownership.owners)],
  warning: (document) => (/Preferred|Writer/.test(document) ? texts.ownership.warning : undefined),
}

export const abac: Setting = {
  name: 'abac',
  title: texts.abac.title,
  explanation: texts.abac.explanation,
  resource: 'abac',
  root: 'AbacStatus',
  canDelete: false,
  shapes: [choice('Status', texts.abac.status, texts.abac.statuses)],
  warning: (document) => (document.includes('Enabled') ? texts.abac.warning : undefined),
}

export const cors: Setting = {
  name: 'cors',
  title: texts.cors.title,
  explanation: texts.cors.explanation,
  resource: 'cors',
  root: 'CORSConfiguration',
  canDelete: true,
  shapes: [
    list(
      'CORSRule',
      settingPartTexts.rule,
      needed(lines('AllowedOrigin', texts.cors.origins, texts.cors.originsHint)),
      needed(lines('AllowedMethod', texts.cors.methods, texts.cors.methodsHint)),
      lines('AllowedHeader', texts.cors.sent),
      lines('ExposeHeader', texts.cors.read),
      number('MaxAgeSeconds', texts.cors.age),
    ),
  ],
}

export const website: Setting = {
  name: 'website',
  title: texts.website.title,
  explanation: texts.website.explanation,
  resource: 'website',
  root: 'WebsiteConfiguration',
  canDelete: true,
  shapes: [
    text('IndexDocument/Suffix', texts.website.index, { hint: texts.website.indexHint }),
    text('ErrorDocument/Key', texts.website.error),
    text('RedirectAllRequestsTo/HostName', texts.website.host),
  ],
}

export const tags: Setting = {
  name: 'tags',
  title: texts.tags.title,
  explanation: texts.tags.explanation,
  resource: 'tagging',
  root: 'Tagging',
  canDelete: true,
  shapes: [
    list('TagSet/Tag', texts.tags.tag, text('Key', settingPartTexts.name), text('Value', texts.tags.value)),
  ],
}

export const payment: Setting = {
  name: 'payment',
  title: texts.payment.title,
  explanation: texts.payment.explanation,
  resource: 'requestPayment',
  root: 'RequestPaymentConfiguration',
  canDelete: false,
  shapes: [choice('Payer', texts.payment.payer, texts.payment.payers)],
}
