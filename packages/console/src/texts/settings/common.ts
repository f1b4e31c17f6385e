/** What several settings of a bucket have. */
export const settingPartTexts = {
  rule: 'Rule',
  name: 'Name',
  status: 'Status',
  statuses: { Enabled: 'On', Disabled: 'Off' },
  prefix: 'For names that start with',
}
