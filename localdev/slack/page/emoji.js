// The names of the most common emoji. Others are shown as `:name:`.
const LISTS = `
white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️ x ❌ negative_squared_cross_mark ❎ warning ⚠️ no_entry ⛔ no_entry_sign 🚫
hourglass ⌛ hourglass_flowing_sand ⏳ package 📦 truck 🚚 credit_card 💳 moneybag 💰 money_with_wings 💸 dollar 💵 euro 💶 pound 💷 yen 💴
bell 🔔 no_bell 🔕 tada 🎉 rocket 🚀 eyes 👀 thumbsup 👍 +1 👍 thumbsdown 👎 -1 👎 wave 👋 clap 👏 pray 🙏 muscle 💪 raised_hands 🙌 ok_hand 👌
point_up ☝️ point_right 👉 point_left 👈 point_down 👇 handshake 🤝 memo 📝 pencil ✏️ pencil2 ✏️ clock1 🕐 clock3 🕒 clock12 🕛 alarm_clock ⏰
stopwatch ⏱️ calendar 📅 date 📅 spiral_calendar_pad 🗓️ information_source ℹ️ bulb 💡 mag 🔍 mag_right 🔎 lock 🔒 unlock 🔓 key 🔑 link 🔗
arrow_right ➡️ arrow_left ⬅️ arrow_up ⬆️ arrow_down ⬇️ arrows_counterclockwise 🔄 leftwards_arrow_with_hook ↩️ rewind ⏪ fast_forward ⏩
red_circle 🔴 large_green_circle 🟢 large_yellow_circle 🟡 large_orange_circle 🟠 large_blue_circle 🔵 white_circle ⚪ black_circle ⚫
large_green_square 🟩 large_red_square 🟥 large_yellow_square 🟨 small_blue_diamond 🔹 small_orange_diamond 🔸
smile 😄 smiley 😃 grinning 😀 grin 😁 joy 😂 rofl 🤣 sweat_smile 😅 blush 😊 slightly_smiling_face 🙂 upside_down_face 🙃 wink 😉 heart_eyes 😍
kissing_heart 😘 thinking_face 🤔 neutral_face 😐 expressionless 😑 unamused 😒 roll_eyes 🙄 smirk 😏 relieved 😌 sleeping 😴 sunglasses 😎
nerd_face 🤓 confused 😕 worried 😟 slightly_frowning_face 🙁 open_mouth 😮 astonished 😲 flushed 😳 cry 😢 sob 😭 scream 😱 angry 😠 rage 😡
sweat 😓 weary 😩 partying_face 🥳 exploding_head 🤯 shrug 🤷 facepalm 🤦 robot_face 🤖 ghost 👻 skull 💀 fire 🔥 sparkles ✨ star ⭐ star2 🌟 zap ⚡
boom 💥 100 💯 heart ❤️ orange_heart 🧡 yellow_heart 💛 green_heart 💚 blue_heart 💙 purple_heart 💜 broken_heart 💔
receipt 🧾 shopping_trolley 🛒 shopping_bags 🛍️ gift 🎁 speech_balloon 💬 thought_balloon 💭 envelope ✉️ email 📧 inbox_tray 📥 outbox_tray 📤
mailbox 📫 phone ☎️ telephone_receiver 📞 computer 💻 desktop_computer 🖥️ keyboard ⌨️ printer 🖨️ floppy_disk 💾 file_folder 📁
open_file_folder 📂 page_facing_up 📄 clipboard 📋 bar_chart 📊 chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 pushpin 📌
round_pushpin 📍 paperclip 📎 scissors ✂️ wrench 🔧 hammer 🔨 hammer_and_wrench 🛠️ gear ⚙️ nut_and_bolt 🔩 shield 🛡️ broom 🧹 test_tube 🧪
factory 🏭 office 🏢 bank 🏦 house 🏠 hospital 🏥 airplane ✈️ ship 🚢 car 🚗 bike 🚲 train 🚆 construction 🚧 rotating_light 🚨 traffic_light 🚥
checkered_flag 🏁 triangular_flag_on_post 🚩 white_flag 🏳️ trophy 🏆 medal 🏅 first_place_medal 🥇 dart 🎯 game_die 🎲 art 🎨 musical_note 🎵
coffee ☕ tea 🍵 beer 🍺 beers 🍻 wine_glass 🍷 pizza 🍕 cake 🍰 birthday 🎂 cookie 🍪 apple 🍎 banana 🍌 avocado 🥑 seedling 🌱 herb 🌿
sunny ☀️ cloud ☁️ rain_cloud 🌧️ snowflake ❄️ umbrella ☔ rainbow 🌈 ocean 🌊 earth_africa 🌍 globe_with_meridians 🌐 moon 🌔 dog 🐶 cat 🐱
mouse 🐭 bear 🐻 unicorn_face 🦄 bug 🐛 bee 🐝 turtle 🐢 snail 🐌 crab 🦀 snake 🐍 whale 🐳 parrot 🦜 man 👨 woman 👩 busts_in_silhouette 👥
bust_in_silhouette 👤 question ❓ grey_question ❔ exclamation ❗ heavy_exclamation_mark ❗ grey_exclamation ❕ bangbang ‼️ zzz 💤 sos 🆘 new 🆕 ok 🆗
up 🆙 free 🆓 cool 🆒 one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣ six 6️⃣ seven 7️⃣ eight 8️⃣ nine 9️⃣ zero 0️⃣ keycap_ten 🔟 hash #️⃣ heavy_plus_sign ➕
heavy_minus_sign ➖ heavy_multiplication_x ✖️ recycle ♻️ infinity ♾️ copyright ©️ tm ™️ stop_sign 🛑 black_square_for_stop ⏹️ ticket 🎫`;

const words = LISTS.trim().split(/\s+/);
export const EMOJI = new Map(Array.from({ length: words.length / 2 }, (_, n) => [words[2 * n], words[2 * n + 1]]));
export const QUICK = ["white_check_mark", "eyes", "raised_hands"];

// Skin tones are ignored: `:wave::skin-tone-3:` is shown as `:wave:`.
export const emojiFor = (name) => EMOJI.get(name.replace(/::skin-tone-\d$/, "")) ?? null;
