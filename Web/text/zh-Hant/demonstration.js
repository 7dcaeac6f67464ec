// The demonstration’s own provider of identities.
export default {
  'demonstration.identity.title': '示範身分提供方',
  'demonstration.identity.lead': '示範身分提供方，不是真實的統一身分認證。這裡的人都是虛構的，請選一位。',
  'demonstration.identity.verified': '已實名核實',
  'demonstration.identity.unverified': '沒有實名核實',
  'demonstration.identity.trouble': '這裡現在不能選人。請回到上一頁，重新點登入。',
  'demonstration.identity.choose': '以{name}登入',
};
