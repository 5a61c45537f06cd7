/** A sentence in each of twenty scripts, written for these tests. */
export const SCRIPTS: Readonly<Record<string, string>> = {
  latin: "The quick brown fox doesn't jump over 13 lazy dogs; façade, naïve, Ærøskøbing, Straße, I'LL WE'RE.",
  greek: 'Η γρήγορη αλεπού πηδάει πάνω από το τεμπέλικο σκυλί. ΑΒΓ, 42!',
  cyrillic: 'Быстрая лиса прыгает через ленивую собаку. Съешь ещё этих булок, ЁЛКА 2024.',
  armenian: 'Արագ աղվեսը ցատկում է ծույլ շան վրայով։',
  georgian: 'სწრაფი მელა ხტება ზარმაც ძაღლზე. ᲡᲬᲠᲐᲤᲘ',
  hebrew: 'השועל המהיר קופץ מעל הכלב העצלן. שָׁלוֹם',
  arabic: 'الثعلب السريع يقفز فوق الكلب الكسول. مُحَمَّد ١٢٣٤',
  devanagari: 'तेज़ लोमड़ी आलसी कुत्ते के ऊपर कूदती है। १२३',
  bengali: 'দ্রুত শিয়াল অলস কুকুরের উপর লাফ দেয়।',
  tamil: 'விரைவான நரி சோம்பேறி நாயின் மீது குதிக்கிறது.',
  telugu: 'వేగవంతమైన నక్క సోమరి కుక్కపై దూకుతుంది.',
  thai: 'สุนัขจิ้งจอกกระโดดข้ามสุนัขขี้เกียจ ๑๒๓',
  lao: 'ໝາຈອກແລ່ນໄວໂດດຂ້າມໝາຂີ້ຄ້ານ',
  khmer: 'កញ្ជ្រោងលឿនលោតពីលើឆ្កែខ្ជិល។',
  burmese: 'မြေခွေးသည် ခွေးပျင်းကို ခုန်ကျော်သည်။',
  ethiopic: 'ፈጣኑ ቀበሮ ሰነፉን ውሻ ይዘላል።',
  han: '敏捷的狐狸跳过了懒狗。臺灣的漢字，１２３４，𠮷野家。',
  kana: 'すばやいキツネはのろまな犬を飛び越える。ｶﾀｶﾅ、ー、々。',
  hangul: '빠른 여우가 게으른 개를 뛰어넘는다. 한글 ㄱㄴㄷ',
  mongolian: 'ᠬᠤᠷᠳᠤᠨ ᠦᠨᠡᠭᠡ ᠵᠠᠯᠬᠠᠭᠤ ᠨᠣᠬᠠᠢ',
}

/** Contexts in which a character's class decides where pieces end. */
export const CONTEXTS: readonly ((character: string) => string)[] = [
  (c) => c,
  (c) => `a${c}b`,
  (c) => ` ${c}`,
  (c) => `1${c}`,
  (c) => `x${c}'s`,
  (c) => `1${c}234`,
  (c) => `a  ${c}b`,
  (c) => ` ${c}\r\n/a`,
  (c) => `${c}${c}A`,
  (c) => `A${c}b'LL`,
  (c) => `${c}ABC`,
]
