import type { Phrases } from './words.ts';

/** Languages of other scripts, two of them written from right to left. */
export const MORE_PHRASES: Readonly<Record<string, Phrases>> = {
  ja: {
    subjects: [
      '{project}の議事録',
      '請求書 {number}',
      '【至急】{company}の見積書',
      '{place}出張の件',
      '{month}の休暇について',
      'お問い合わせ {number}',
    ],
    greetings: ['{name}様', 'お疲れ様です、{name}さん。', '各位'],
    sentences: [
      'いつもお世話になっております。',
      '{project}の数字をお送りします。合計は {amount} ユーロです。',
      '{company}と相談し、納期を{day}に変更しました。',
      '第{small}節をご確認いただけますでしょうか。',
      '{place}の会議室を{day}に予約しました。',
      '未解決の項目があと{small}件残っています。',
      '添付ファイルをご覧ください。よろしくお願いいたします。',
    ],
    closings: ['よろしくお願いいたします。', '敬具'],
    reply: 'RE: ',
    wrote: 'さんは書きました:',
  },
  zh: {
    subjects: ['{project}会议纪要', '发票 {number}', '{company}合同草案', '{place}出差安排', '{month}休假', '关于预算的问题 {number}'],
    greetings: ['{name}，您好：', '各位同事：'],
    sentences: [
      '请查收{project}的数据，总额现为 {amount} 欧元。',
      '我们已与{company}商定，将交货推迟到{day}。',
      '发送之前请核对第{small}节。',
      '{place}的会议室已预订在{day}。',
      '还有{small}个问题没有解决。',
      '案件 {number} 在{company}答复之前保持开放。',
    ],
    closings: ['此致敬礼', '谢谢'],
    reply: '回复: ',
    wrote: '写道：',
  },
  ar: {
    subjects: ['محضر اجتماع {project}', 'فاتورة رقم {number}', 'مسودة العقد مع {company}', 'السفر إلى {place}', 'إجازة شهر {month}'],
    greetings: ['مرحبا {name}،', 'السلام عليكم {name}،'],
    sentences: [
      'تجدون أدناه أرقام {project}؛ المجموع الآن {amount} يورو.',
      'اتفقنا مع {company} على تأجيل التسليم إلى {day}.',
      'هل يمكنك مراجعة القسم {small} قبل الإرسال؟',
      'تم حجز القاعة في {place} ليوم {day}.',
      'بقيت {small} نقاط مفتوحة.',
    ],
    closings: ['مع أطيب التحيات', 'شكرا جزيلا'],
    reply: 'RE: ',
    wrote: 'كتب:',
  },
  he: {
    subjects: ['סיכום פגישה {project}', 'חשבונית {number}', 'טיוטת חוזה עם {company}', 'נסיעה אל {place}'],
    greetings: ['שלום {name},', 'בוקר טוב {name},'],
    sentences: [
      'להלן הנתונים של {project}; הסכום הוא כעת {amount} אירו.',
      'סיכמנו עם {company} לדחות את האספקה ליום {day}.',
      'אפשר לבדוק את סעיף {small} לפני השליחה?',
      'נותרו {small} נקודות פתוחות.',
    ],
    closings: ['בברכה', 'תודה רבה'],
    reply: 'RE: ',
    wrote: 'כתב:',
  },
  ru: {
    subjects: ['Протокол совещания {project}', 'Счёт {number}', 'Проект договора с {company}', 'Командировка: {place}', 'Отпуск, {month}'],
    greetings: ['Здравствуйте, {name}!', 'Уважаемые коллеги!'],
    sentences: [
      'Ниже цифры по проекту {project}; сумма теперь составляет {amount} евро.',
      'Мы договорились с {company} перенести поставку ({day}).',
      'Проверьте, пожалуйста, раздел {small} перед отправкой.',
      'Осталось {small} открытых вопросов.',
      'Дело {number} остаётся открытым, пока {company} не ответит.',
    ],
    closings: ['С уважением', 'Спасибо'],
    reply: 'RE: ',
    wrote: 'пишет:',
  },
  pl: {
    subjects: ['Protokół {project}', 'Faktura {number}', 'Projekt umowy z {company}', 'Wyjazd: {place}', 'Urlop, {month}'],
    greetings: ['Cześć {name},', 'Dzień dobry {name},'],
    sentences: [
      'Poniżej liczby dla {project}; suma wynosi teraz {amount} EUR.',
      'Uzgodniliśmy z {company} przesunięcie dostawy ({day}).',
      'Proszę sprawdzić punkt {small} przed wysłaniem.',
      'Zostało jeszcze {small} otwartych spraw, głównie po stronie księgowości.',
      'Żółta łódź źle się kończy: to był tylko test kodowania.',
    ],
    closings: ['Pozdrawiam', 'Z poważaniem'],
    reply: 'ODP: ',
    wrote: 'napisał(a):',
  },
};

export const MORE_MONTHS: Readonly<Record<string, readonly string[]>> = {
  ja: ['1月', '2月', '3月', '4月', '5月', '6月', '7月', '8月', '9月', '10月', '11月', '12月'],
  zh: ['一月', '二月', '三月', '四月', '五月', '六月', '七月', '八月', '九月', '十月', '十一月', '十二月'],
  ar: ['يناير', 'مارس', 'مايو', 'يوليو', 'سبتمبر', 'نوفمبر'],
  he: ['ינואר', 'מרץ', 'מאי', 'יולי', 'ספטמבר', 'נובמבר'],
  ru: ['январь', 'март', 'май', 'июль', 'сентябрь', 'ноябрь'],
  pl: ['styczeń', 'marzec', 'maj', 'lipiec', 'wrzesień', 'listopad'],
};

export const MORE_DAYS: Readonly<Record<string, readonly string[]>> = {
  ja: ['月曜日', '火曜日', '水曜日', '木曜日', '金曜日'],
  zh: ['星期一', '星期二', '星期三', '星期四', '星期五'],
  ar: ['الاثنين', 'الثلاثاء', 'الأربعاء', 'الخميس'],
  he: ['ראשון', 'שני', 'שלישי', 'רביעי'],
  ru: ['понедельник', 'вторник', 'среда', 'четверг', 'пятница'],
  pl: ['poniedziałek', 'wtorek', 'środa', 'czwartek', 'piątek'],
};

export const RIGHT_TO_LEFT: ReadonlySet<string> = new Set(['ar', 'he']);

export const EMOJI = ['🎉', '🚀', '👍', '☕', '📊', '👩‍💻', '🇪🇺', '❗', '✅', '🌧️'] as const;

/** Names as people write them, and as their administrator put them into the address. */
export interface ScriptedNames {
  readonly country: string;
  readonly language: string;
  readonly first: readonly (readonly [name: string, address: string])[];
  readonly last: readonly (readonly [name: string, address: string])[];
}

export const SCRIPTED_NAMES: readonly ScriptedNames[] = [
  {
    ...{ country: 'JP', language: 'ja' },
    first: [['健太', 'kenta'], ['美咲', 'misaki'], ['大輔', 'daisuke'], ['陽子', 'yoko'], ['翔', 'sho']],
    last: [['佐藤', 'sato'], ['鈴木', 'suzuki'], ['高橋', 'takahashi'], ['田中', 'tanaka'], ['渡辺', 'watanabe']],
  },
  {
    ...{ country: 'CN', language: 'zh' },
    first: [['伟', 'wei'], ['芳', 'fang'], ['娜', 'na'], ['秀英', 'xiuying'], ['敏', 'min']],
    last: [['王', 'wang'], ['李', 'li'], ['张', 'zhang'], ['刘', 'liu'], ['陈', 'chen']],
  },
  {
    ...{ country: 'AE', language: 'ar' },
    first: [['محمد', 'mohammed'], ['فاطمة', 'fatima'], ['خالد', 'khalid'], ['ليلى', 'layla'], ['يوسف', 'yousef']],
    last: [['الحداد', 'alhaddad'], ['المنصوري', 'almansoori'], ['خليل', 'khalil'], ['حسن', 'hassan'], ['النجار', 'alnajjar']],
  },
  {
    ...{ country: 'IL', language: 'he' },
    first: [['נועה', 'noa'], ['דוד', 'david'], ['תמר', 'tamar'], ['יוסף', 'yosef']],
    last: [['כהן', 'cohen'], ['לוי', 'levi'], ['מזרחי', 'mizrahi'], ['פרץ', 'peretz']],
  },
  {
    ...{ country: 'PL', language: 'pl' },
    first: [['Łukasz', 'lukasz'], ['Małgorzata', 'malgorzata'], ['Paweł', 'pawel'], ['Zofia', 'zofia']],
    last: [['Wiśniewski', 'wisniewski'], ['Wójcik', 'wojcik'], ['Kowalczyk', 'kowalczyk'], ['Śliwa', 'sliwa']],
  },
]; // prettier-ignore
