"""Every limit of Carryon, by name: what it means, its unit, and what happens beyond it."""

# Bytes of UTF-8. A note's text beyond this is refused with BadNote and stays on screen
# unsaved, loudly: 5 MB is the longest note we promise to keep, the rest is head-room.
NOTE_TEXT_BYTES = 8_000_000

# Characters. A longer title is refused with BadNote; the input element stops there.
TITLE_CHARACTERS = 500

# Characters, and tags to a note. The tag field refuses more, in words.
TAG_CHARACTERS = 60
TAGS_PER_NOTE = 50

# Bytes of a picture or file that can be attached. A larger one is refused with its size and this one: all of it is in memory while
# it is stored, and phones end a tab that takes more.
ATTACHMENT_BYTES = 25_000_000
# Attachments that a note can name. More are refused: the list beside the note shows all of them.
ATTACHMENTS_PER_NOTE = 200
# Characters of an attachment's name; the middle of a longer one is left out.
ATTACHMENT_NAME_CHARACTERS = 120
# Bytes that must be left on the device beyond an attachment, so that the text can still be saved.
SPARE_BYTES = 10_000_000
# Pixels. A picture of more is kept as a file and never unpacked: a few kilobytes can claim to be gigabytes.
PICTURE_PIXELS = 64_000_000
# CSS pixels of the longer side of a thumbnail, twice as many as the list shows.
THUMBNAIL_PIXELS = 320
# Bytes from which on storing shows how far it is, and can be cancelled.
SLOW_ATTACHMENT_BYTES = 2_000_000
# Milliseconds that an attachment outlives the last note that named it, so that every undo finds its bytes; and after its creation, too.
ATTACHMENT_KEPT_MS = 86_400_000
# Milliseconds after the start, and after a note was deleted for good, until unused attachments are looked for.
TIDY_AFTER_START_MS = 60_000
TIDY_AFTER_ERASE_MS = 3_000
# Milliseconds without a keystroke until the attachments beside the text are looked for anew.
LOOK_FOR_ATTACHMENTS_AFTER_MS = 300
# Milliseconds that a preview waits for its pictures, so that nothing moves when they come.
PREVIEW_WAITS_MS = 600

# Milliseconds from the first unsaved keystroke to the start of its save. Together with the
# time a save takes it bounds what a killed browser can lose; the promise is one second.
SAVE_AFTER_MS = 250

# Milliseconds. A slow device (or a 5 MB note) waits at most this long between two saves.
SAVE_AFTER_MS_AT_MOST = 600

# Milliseconds after a failed save (a full disk, say) before it is tried again by itself.
SAVE_AGAIN_AFTER_MS = 3000

# Characters before the caret that the engine sees when it completes; more adds nothing to
# a 4-gram, and a request stays small.
COMPLETION_CONTEXT_CHARACTERS = 400

# Characters before the caret beyond which ghost text moves from the line into the bar of
# chips: placing it in the line means laying out all the text before it.
INLINE_GHOST_CHARACTERS = 60_000

# Characters of text beyond which the preview is made in the background of a pause only, and
# beyond which it is not made at all (the text itself is kept and edited as ever).
PREVIEW_CHARACTERS = 1_000_000

# Notes drawn into the list at once; scrolling to its end draws as many again.
LIST_PAGE = 60

# Notes sent to the engine in one go, where it cannot read them itself. Between two calls a
# completion can be answered, so a call must be shorter than a frame.
LEARN_SLICE_NOTES = 5

# Characters. The end of a longer note is learned from, its beginning is not.
LESSON_CHARACTERS = 100_000

# Milliseconds without a save until a changed note is indexed.
INDEX_AFTER_MS = 1500

# Notes that a search shows at first, and at most; related ones beside a note.
SEARCH_HITS = 25
MOST_SEARCH_HITS = 200
RELATED_NOTES = 5

# Notes with a tag from which on it can be learned which notes it fits; before that it is suggested only where it stands in the note, or means the same.
TAUGHT_FROM_NOTES = 20
# Milliseconds without a save, and with the engine done, until it is asked whether there is something to be learned.
TEACH_AFTER_MS = 20_000

# Milliseconds after «Ready to fly» until the learner's files (18 MB) are fetched into the offline copy: the first minutes
# belong to the writer.
PACK_LATER_MS = 90_000

# Milliseconds without a question until a worker on demand (learner, porter) is ended, which gives its memory back; milliseconds
# that its start may take (on a slow line the learner fetches 20 MB first) before it counts as failed.
ON_DEMAND_IDLE_MS = 60_000
ON_DEMAND_START_MS = 300_000

# Milliseconds without a keystroke (and at most as many more) until the note is looked at for language, mood and the like, and
# the characters of it, from its beginning, that are looked at.
LOOK_AFTER_MS = 1200
LOOKED_AT_CHARACTERS = 20_000

# Characters at the end of a note that its mood is told from.
MOOD_CHARACTERS = 200

# Copies that stay in the reader's folder; older ones go when a new one is there. Days after which a copy counts as old, in a browser that
# keeps what it was given, and in one that may throw it away after seven; and notes from which on the reader is told.
COPIES_KEPT = 10
COPY_LATE_DAYS = 30
COPY_LATE_DAYS_WHERE_EVICTED = 5
COPY_LATE_NOTES = 10
# Milliseconds after the page is ready, and between two looks, until it is looked whether a copy is due: the first minute belongs to the writer.
COPY_LOOK_AFTER_MS = 60_000
COPY_LOOK_EVERY_MS = 1_800_000
# Notes after which the browser is asked to keep them for good.
PERSIST_FROM_NOTES = 3

# Notes, and bytes of notes and attachments, that an import writes in one step: what is lost of it when the browser is killed.
IMPORT_STEP_NOTES = 100
IMPORT_STEP_BYTES = 8_000_000

# Lines of the report on an import that the page shows; all of them are in its text file.
REPORT_ROWS_SHOWN = 100

# Bytes of attachments that an exit kit holds at most, so that a phone can still open it; larger ones come last.
KIT_ATTACHMENT_BYTES = 50_000_000
# Characters of an exit kit's passphrase at least, and rounds of PBKDF2 that each guess costs (OWASP, 2023: 600,000 for SHA-256).
KIT_PASSPHRASE_CHARACTERS = 12
KIT_ROUNDS = 1_000_000

# Bytes. A model that ships to the device, and all of them together (as transferred);
# beyond it the feature must answer «heavy».
MODEL_BYTES = 5_000_000
MODELS_BYTES_TOGETHER = 10_000_000

# Ledger entries kept on the device; the oldest go first.
LEDGER_ENTRIES = 10_000
# Of so many, the newest, the body itself is kept.
LEDGER_BODIES = 100
# Blocked requests that are listed; of more than these only the number is told.
BLOCKED_LISTED = 20

# Minutes without a save after which a note's state counts as finished: the next save keeps it as a revision. And minutes of
# writing without a pause after which a state is kept all the same.
REVISION_PAUSE_MINUTES = 5
REVISION_EVERY_MINUTES = 15
# Characters that are lost at once, or little by little since a text was at its longest, from which on the state before is kept.
REVISION_LOST_CHARACTERS = 120
# Minutes between two revisions that merges or another window's changes make.
REVISION_MERGE_MINUTES = 2
# Characters. The states of a longer note are kept less often while one writes, in proportion: each is kept whole.
REVISION_LONG_CHARACTERS = 100_000

# How revisions thin out: up to an age of so many days one for each so many hours is kept (0: all), the newest of each such
# time. Beyond the last age one for each 30 days stays for good.
REVISION_AGES = ((1, 0), (7, 1), (31, 24), (365, 168))
REVISION_OLDEST_HOURS = 720

# Days that a note stays in the trash.
TRASH_DAYS = 30
# Days that the clock is believed to have gone on since it was last looked at, at most, and only once on each of its days: a
# clock that was set forward by mistake must not empty the trash (docs/adr/0016).
CLOCK_DAYS_BELIEVED = 3
# Milliseconds after the start until the trash and the revisions are gone through, between two notes of that, and until
# the next time.
TIDY_AFTER_MS = 20_000
TIDY_PAUSE_MS = 25
TIDY_AGAIN_MS = 3_600_000

# What an archive may hold that is imported. Nothing of it is trusted: sizes are measured while it is unpacked, never taken from its headers.
# Files, with folders not counted; bytes of a zip's list of files; characters of a path. What lies beyond is not read, and reported.
IMPORT_ENTRIES = 200_000
IMPORT_DIRECTORY_BYTES = 64_000_000
IMPORT_PATH_CHARACTERS = 1000

# How many times its packed size a file may unpack to, from so many bytes on: text packs to a tenth, a zip bomb to a thousandth. Then the same of
# all that was unpacked of an archive. Beyond, it is refused as a bomb.
IMPORT_RATIO = 200
IMPORT_RATIO_FROM_BYTES = 1_000_000
IMPORT_TOTAL_RATIO = 50
IMPORT_TOTAL_FROM_BYTES = 100_000_000

# Bytes that a .tar.gz, or a zip within Notion's zip, unpacks to at most: it must be held whole. A greater one is to be unpacked by hand.
IMPORT_UNPACKED_BYTES = 500_000_000

# Bytes of a file that is one note (UTF-16 takes twice what is kept), and of a JSON file that is a whole journal or backup.
IMPORT_NOTE_FILE_BYTES = 16_000_000
IMPORT_JSON_BYTES = 100_000_000

# Steps of nesting in JSON. A deeper one is not read: the browser's interpreter does not survive it (a thousand steps end the worker).
IMPORT_JSON_NESTING = 200

# Characters of an HTML text that is turned into Markdown; of a front matter; steps of nesting in rich text. A longer or deeper one stays text.
IMPORT_HTML_CHARACTERS = 2_000_000
IMPORT_FRONT_MATTER_CHARACTERS = 50_000
IMPORT_NESTING = 100

# Characters of a new passphrase, at least; from how many on it is called long.
PASSPHRASE_CHARACTERS = 10
PASSPHRASE_LONG_CHARACTERS = 20

# Wrong tries to unlock until each further one has to wait (2 s, 4 s, 8 s …), and seconds that it waits at most. Who has a copy of the
# disk waits for Argon2id only; this is for who sits at the keyboard.
FREE_TRIES = 3
LONGEST_TRY_DELAY_SECONDS = 60

# Minutes without a key, a click or a touch until an unlocked notebook locks itself, where nobody chose another time; those that can be
# chosen (0: never). Seconds between two looks at that, and between two words to other tabs that somebody is there.
LOCK_AFTER_MINUTES = 15
LOCK_AFTER_CHOICES = (1, 5, 15, 60, 0)
IDLE_LOOK_SECONDS = 5
ACTIVE_SAID_SECONDS = 10

# Characters of a feature's description, and of a list or product idea, that the advisor reads; what follows is not read. And features that it
# takes from one text at most.
ADVICE_CHARACTERS = 2_000
ADVICE_TEXT_CHARACTERS = 20_000
ADVICE_FEATURES = 200
# Bytes of a manifest that the command `advise` reads, and features in it; more is refused: it would keep a terminal busy for minutes.
ADVISE_FILE_BYTES = 2_000_000
ADVISE_FILE_FEATURES = 5_000
