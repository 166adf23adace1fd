"""A short tale for a network that learns to write letter by letter. It repeats itself, as good tales do."""

TALE = """the cat of the lighthouse

far out in the grey sea stood a lighthouse, and in the lighthouse lived a keeper, and with the keeper lived a cat. the keeper lit the lamp in the evening. the cat watched the lamp in the night. in the morning the keeper slept and the cat slept, and the sea said hush, hush, hush.

one evening the keeper had a cold. he could not climb the stairs, for there were many stairs, and he said to the cat: who will light the lamp?

not i, said the wind. i put lamps out.

not i, said the rain. i put lamps out.

not i, said the sea. i am too deep for stairs.

then i will, said the cat. and the cat went up the stairs, round and round and round, up and up and up.

at the first window sat a gull. where are you going, little cat? said the gull. i am going to light the lamp, said the cat. you have no hands, said the gull. i have four paws, said the cat, and went up the stairs, round and round and round, up and up and up.

at the second window sat the moon. where are you going, little cat? said the moon. i am going to light the lamp, said the cat. you have no matches, said the moon. i have two eyes, said the cat, and they shine. and the cat went up the stairs, round and round and round, up and up and up.

at the third window sat the dark. where are you going, little cat? said the dark. i am going to light the lamp, said the cat. are you not afraid of me? said the dark. i am a little afraid, said the cat, but there are ships. and the dark let the cat go by, for the dark likes ships too.

at the top of the stairs was the lamp, and it was cold. the cat had no hands and the cat had no matches. so the cat sat down behind the glass and opened both eyes as wide as they would go. the glass took the two small lights and made them large, and it threw them far over the grey sea.

out on the sea there was a ship, and on the ship there was a captain. i see two lamps, said the captain. there should be one lamp. then he saw that the two lamps blinked. it is late and i am tired, said the captain, but i can tell a lighthouse from a cat. turn the ship! and the ship turned, and went by the rocks, and the rocks said nothing at all.

all night the cat sat behind the glass. the wind said, shut your eyes, little cat. the rain said, shut your eyes, little cat. the sea said hush, hush, hush. but the cat did not shut its eyes, and ship after ship went by the rocks.

in the morning the keeper came up the stairs, slowly, round and round and round. he found the lamp cold and the cat asleep. who lit the lamp? said the keeper.

not i, said the gull. not i, said the moon. not i, said the dark, it is hardly my work.

then the keeper saw that the ships had all come home, and he looked at the cat for a long time. and he went down the stairs, round and round and round, and came back with a fish, and it was not a small fish.

since that night there are two keepers in the lighthouse. the one lights the lamp in the evening, and the other sits behind the glass. and when the captain sees three lights over the grey sea, he takes off his hat. one is the lamp, he says, and two are the cat. and the ship goes by the rocks, and the sea says hush, hush, hush.
"""
