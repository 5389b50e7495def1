"""The text room: takes disguises off a comment and reads its signals. The only feature code, for training and service alike."""
