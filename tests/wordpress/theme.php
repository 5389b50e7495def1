<!doctype html>
<html><head><meta charset="utf-8"><?php wp_head(); ?></head><body>
<?php
while ( have_posts() ) {
	the_post();
	the_title();
	if ( is_singular() ) {
		comment_form();
	}
}
wp_footer();
?>
</body></html>
